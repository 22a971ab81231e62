"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // told apart without color vision too: Okabe and Ito's palette, the darkest first
  const colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
  const patterns = ["solid", "dashed", "dotted"];
  const pairs = (values) => data.times.map((time, at) => [time, values[at]]);
  const style = (number) => ({
    color: colors[number % colors.length],
    width: 2,
    type: patterns[Math.floor(number / colors.length) % patterns.length],
  });
  const line = (name, values, number) => ({
    name, type: "line", data: pairs(values), showSymbol: false, connectNulls: false, lineStyle: style(number),
    itemStyle: { color: colors[number % colors.length] },
  });

  function band(values) {
    const [low, middle, high] = values;
    const width = low.map((value, at) => (value === null ? null : high[at] - value));
    const hidden = { showSymbol: false, lineStyle: { opacity: 0 }, stack: "band", type: "line", silent: true, tooltip: { show: false } };
    return [
      { ...hidden, name: "5 % to 95 %", data: pairs(low) },
      { ...hidden, name: "5 % to 95 %", data: pairs(width), areaStyle: { color: colors[0], opacity: 0.2 }, itemStyle: { color: colors[0] } },
      line("median", middle, 0),
    ];
  }

  function given(ink) {
    return {
      silent: true, symbol: "none", label: { show: false }, lineStyle: { color: ink, opacity: 0.35, type: "dotted" },
      data: data.marks.map(([time]) => ({ xAxis: time })),
    };
  }

  function option(chart) {
    const ink = getComputedStyle(document.body).color;
    const axis = { axisLabel: { color: ink }, axisLine: { lineStyle: { color: ink } }, splitLine: { lineStyle: { opacity: 0.2 } } };
    const series = data.band ? band(chart.values) : chart.values.map((values, at) => line(data.lines[at], values, at));
    series[series.length - 1].markLine = given(ink);
    return {
      animation: !still, aria: { enabled: true }, series,
      grid: { left: 8, right: 16, top: series.length > 1 ? 34 : 12, bottom: 26, containLabel: true },
      legend: { show: series.length > 1, type: "scroll", top: 0, textStyle: { color: ink } },
      tooltip: { trigger: "axis", valueFormatter: (value) => (value === null ? "" : `${Number(value).toPrecision(4)} ${chart.unit}`) },
      xAxis: { ...axis, type: "value", min: data.times[0], max: data.times[data.times.length - 1], name: data.clock, nameLocation: "middle", nameGap: 24, nameTextStyle: { color: ink } },
      yAxis: { ...axis, type: "value", scale: true },
    };
  }

  const drawn = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const chart = echarts.init(place);
    const draw = () => chart.setOption(option(data.charts[Number(place.dataset.chart)]), true);
    draw();
    dark.addEventListener("change", draw);
    return chart;
  });
  echarts.connect(drawn);
  addEventListener("resize", () => drawn.forEach((chart) => chart.resize()));
})();
