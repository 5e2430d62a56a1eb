/** A short memory of a figure, and the line that draws it. */

export const TREND_MAX = 90;

export function remembered(trend: readonly number[], value: number): readonly number[] {
  return [...trend, value].slice(-TREND_MAX);
}

/** Points for an SVG polyline in a box of the given size; a flat figure lies in the middle. */
export function points(trend: readonly number[], width: number, height: number): string {
  if (trend.length < 2) return "";
  const low = Math.min(...trend);
  const span = Math.max(...trend) - low;
  const step = width / (trend.length - 1);
  return trend
    .map((value, i) => {
      const y = span ? height - ((value - low) / span) * height : height / 2;
      return `${(i * step).toFixed(1)},${y.toFixed(1)}`;
    })
    .join(" ");
}
