import * as figures from "../../lib/figures/mod.ts";
import { context, madeUpRows } from "./fixture.ts";
import * as madeUp from "./made_up.ts";

/** A figure with its words. */
export interface Drawn {
  name: string;
  title: string;
  caption: string;
  figure: figures.PlotlyFigure;
}

/** All figures from made-up rows. */
export function drawAll(story: madeUp.Story): Drawn[] {
  const { beta: _, ...shared } = context;
  const rows = {
    fig1: madeUpRows(3, 12),
    fig2: madeUp.fig2Rows(story),
    fig3: madeUp.fig3Rows(story),
    fig4: madeUp.fig4Rows(story),
    fig5: madeUp.fig5Rows(story),
    fig6: madeUp.fig6Rows(story),
    fig7: madeUp.fig7Rows(story),
    fig8: madeUp.fig8Rows(story),
  };
  const drawn: [figure: figures.PlotlyFigure, caption: string][] = [
    [figures.fig1(rows.fig1, context), figures.fig1Caption(rows.fig1)],
    [figures.fig2(rows.fig2, shared), figures.fig2Caption(rows.fig2)],
    [figures.fig3(rows.fig3, shared), figures.fig3Caption(rows.fig3)],
    [figures.fig4(rows.fig4, shared), figures.fig4Caption(rows.fig4)],
    [figures.fig5(rows.fig5, { ...shared, shapes: madeUp.fig5Shapes() }), figures.fig5Caption(rows.fig5)],
    [figures.fig6(rows.fig6, shared), figures.fig6Caption(rows.fig6)],
    [figures.fig7(rows.fig7, shared), figures.fig7Caption(rows.fig7)],
    [figures.fig8(rows.fig8, shared), figures.fig8Caption(rows.fig8)],
  ];
  return drawn.map(([figure, caption], index) => ({
    name: `fig${index + 1}`,
    title: `Figure ${index + 1}`,
    caption,
    figure,
  }));
}
