"""Writes the files beside it with NumPy: 12 embeddings of 3 classes, in every form that deno task check reads."""

import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
embeddings = np.array([[np.cos(i), np.sin(3 * i), (i % 5) / 8, 1 + i % 3] for i in range(12)]).round(3)
# Halves of small numerators, so that every floating-point type holds them exactly.
embeddings = np.round(embeddings * 64) / 64
labels = np.arange(12) % 3


def save(name, array, **options):
    with open(folder / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, **options)


for name, array in {
    "f8": embeddings,
    "f4": embeddings.astype(np.float32),
    "f2": embeddings.astype(np.float16),
    "f8_big_endian": embeddings.astype(">f8"),
    "f4_fortran": np.asfortranarray(embeddings.astype(np.float32)),
    "f2_big_endian_fortran": np.asfortranarray(embeddings.astype(">f2")),
    "labels_i8": labels,
    "labels_i8_large": labels + 2**60,
    "labels_i2_big_endian": labels.astype(">i2"),
    "labels_u8_large": labels.astype(np.uint64) + np.uint64(2**63),
    "labels_u1": labels.astype(np.uint8),
    "labels_f8": labels - 1.0,
    "labels_b1": labels == 0,
    "not_complex": embeddings + 1j,
    "not_texts": labels.astype(str),
    "not_bytes": labels.astype("S2"),
    "not_fields": np.zeros(12, [("x", np.float32), ("y", np.int8)]),
    "not_dates": labels.astype("datetime64[s]"),
    "not_integers": embeddings.astype(np.int64),
}.items():
    save(name, array)
for version in (2, 3):
    save(f"f8_version_{version}", embeddings, version=(version, 0))
save("not_objects", np.array([None] * 12), allow_pickle=True)
np.savez(folder / "one.npz", embeddings.astype(np.float32))
np.savez(folder / "named.npz", embeddings=embeddings, labels=labels, more=labels)
np.savez_compressed(folder / "packed.npz", a=embeddings.astype(np.float16), b=labels)
