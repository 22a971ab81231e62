// What the page does by itself: show one view at a time, sort and filter the table, draw charts when they are opened.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const DASHES = [[2, 4], "solid", [8, 4], [12, 3, 2, 3], [5, 2], [14, 4], [2, 2], [9, 3, 2, 3, 2, 3]];
  const MINUS = "\u2212";

  // Views: the part of the address after # names an element; the view that holds it is shown.
  const views = all(".view");
  const titleOfReport = document.title;
  const scrolled = new Map();
  let current = null;

  function route() {
    const target = document.getElementById(location.hash.slice(1));
    const view = target ? target.closest(".view") : current || views[0];
    if (!view) return;
    const changed = view !== current;
    if (changed) {
      for (const other of views) other.classList.toggle("shown", other === view);
      const heading = view.querySelector("h1");
      document.title = view === views[0] ? titleOfReport : `${heading.textContent} · ${titleOfReport}`;
      for (const link of all(".bar nav a")) {
        const here = link.hash === `#${view.id}` || (link === all(".bar nav a")[0] && view.matches(".patient"));
        here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
      }
      const first = current === null;
      current = view;
      draw(view);
      if (!first) heading.focus({ preventScroll: true });
    }
    if (target instanceof HTMLDetailsElement) target.open = true;
    if (target && target !== view) target.scrollIntoView({ behavior: changed ? "instant" : "auto" });
    else if (changed) window.scrollTo({ top: scrolled.get(view.id) || 0, behavior: "instant" });
  }
  addEventListener("hashchange", route);
  addEventListener("scroll", () => current && current.id === "people" && scrolled.set("people", scrollY), { passive: true });

  // Charts: options from the page's own data; drawn when a view is first shown.
  const drawn = new Map();
  const data = (view) => JSON.parse(document.getElementById(`data-${view.id}`)?.textContent || "{}");
  const fixed = (value, decimals) => (value == null ? "" : value.toFixed(decimals).replace("-", MINUS));

  function draw(view) {
    const boxes = all(".chart", view);
    if (!boxes.length) return;
    const source = data(view);
    const hidden = new Set(all("[data-toggles] input:not(:checked)", view).map((input) => Number(input.value)));
    for (const box of boxes) {
      let chart = drawn.get(box);
      if (!chart) {
        chart = echarts.init(box, null, { renderer: "svg" });
        drawn.set(box, chart);
        resizing.observe(box);
      }
      const { fan, cut, bars } = box.dataset;
      const option = fan ? fanOption(source, source.fans[fan], hidden) : cut ? cutOption(source.cuts[cut], box.clientWidth) : barOption(source.bars[bars]);
      chart.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: color("muted") }, ...option }, true);
      scalable(box);
    }
  }

  // A drawing that knows its own size can be scaled by the printer.
  function scalable(box) {
    const svg = box.querySelector("svg");
    if (svg) svg.setAttribute("viewBox", `0 0 ${box.clientWidth} ${box.clientHeight}`);
  }
  const resizing = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.clientWidth && !printing) {
        drawn.get(target).resize();
        scalable(target);
      }
    }
  });

  const axis = () => ({
    axisLine: { lineStyle: { color: color("line") } },
    axisTick: { show: false },
    axisLabel: { color: color("muted"), fontSize: 12 },
    splitLine: { lineStyle: { color: color("line"), width: 0.7 } },
  });

  function fanOption(source, chart, hidden) {
    const series = [];
    const { years } = chart;
    const last = years.at(-1);
    const seen = chart.lines.map((curves, index) => index).filter((index) => chart.lines[index].length && !hidden.has(index));
    chart.lines.forEach((curves, index) => {
      if (!curves.length || hidden.has(index)) return;
      const [median, low, high] = curves;
      const ink = color(`s${index % 8}`);
      const quiet = { type: "line", symbol: "none", silent: true, stack: `band ${index}`, stackStrategy: "all", lineStyle: { opacity: 0 } };
      const pair = (values) => years.map((year, i) => [year, values[i] ?? "-"]);
      series.push({ ...quiet, data: pair(low), tooltip: { show: false } });
      series.push({ ...quiet, data: pair(high.map((v, i) => (v == null ? null : v - low[i]))), areaStyle: { color: ink, opacity: 0.13 } });
      for (const edge of [low, high]) {
        series.push({ type: "line", symbol: "none", silent: true, data: pair(edge), lineStyle: { color: ink, width: 0.7, opacity: 0.55 } });
      }
      series.push({
        type: "line", symbol: "none", name: source.plans[index], data: pair(median), z: 5, color: ink,
        lineStyle: { color: ink, width: 2.6, type: DASHES[index % 8], cap: "butt" },
      });
      // The same range once more beside the last year, plan by plan, where the shaded bands lie over one another.
      const beside = last * (1.035 + 0.035 * seen.indexOf(index));
      series.push({ type: "line", symbol: "none", silent: true, data: [[beside, low.at(-1) ?? "-"], [beside, high.at(-1) ?? "-"]], lineStyle: { color: ink, width: 4, opacity: 0.55 }, tooltip: { show: false } });
      series.push({ type: "scatter", silent: true, data: [[beside, median.at(-1) ?? "-"]], symbolSize: 8, z: 6, itemStyle: { color: ink, borderColor: color("paper"), borderWidth: 1 }, tooltip: { show: false } });
    });
    const unit = chart.percent ? " %" : "";
    return {
      grid: { left: 4, right: 4, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "value", min: 0, max: last * (1.05 + 0.035 * seen.length), interval: last > 5 ? 2 : 1, ...axis(), splitLine: { show: false }, axisLabel: { ...axis().axisLabel, formatter: (v) => (v > last ? "" : v === last ? `${v} years` : `${v}`), showMaxLabel: false } },
      yAxis: { type: "value", scale: !chart.zero, splitNumber: 4, ...axis(), axisLine: { show: false }, axisLabel: { ...axis().axisLabel, formatter: (v) => `${v}`.replace("-", MINUS) + unit } },
      tooltip: {
        trigger: "axis", confine: true, transitionDuration: 0, backgroundColor: color("paper"), borderColor: color("line"), textStyle: { color: color("ink") },
        axisPointer: { lineStyle: { color: color("muted") } },
        formatter: (points) => (points[0].axisValue > last ? "" : fanTip(source, chart, hidden, points[0].axisValue, unit)),
      },
      series,
    };
  }

  function fanTip(source, chart, hidden, year, unit) {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.append(Object.assign(document.createElement("strong"), { textContent: `Year ${fixed(year, Number.isInteger(year) ? 0 : 2)}` }));
    chart.lines.forEach((curves, index) => {
      if (!curves.length || hidden.has(index)) return;
      const at = chart.years.indexOf(year);
      if (at < 0) return;
      const [median, low, high] = [0, 1, 2].map((k) => fixed(curves[k][at], chart.decimals));
      const line = document.createElement("span");
      const mark = Object.assign(document.createElement("i"), { ariaHidden: "true" });
      mark.style.cssText = `width:.7rem;height:.7rem;border-radius:50%;background:${color(`s${index % 8}`)}`;
      line.append(mark, `${source.plans[index]}: ${median}${unit} (${low} to ${high})`);
      tip.append(line);
    });
    return tip;
  }

  function cutOption(cut, width) {
    const bars = [...cut.bars].reverse();
    const reach = Math.max(...bars.map((bar) => Math.abs(bar[1])), 1e-9);
    // Room for the words beside the longest bar; they take a larger part of a narrow screen.
    const room = reach * Math.max(0.4, 110 / Math.max(1, width - 270));
    const low = Math.min(0, ...bars.map((bar) => bar[1])), high = Math.max(0, ...bars.map((bar) => bar[1]));
    return {
      grid: { left: 4, right: 4, top: 4, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "value", show: false, min: low < 0 ? low - room : 0, max: high > 0 ? high + room : 0 },
      yAxis: { type: "category", data: bars.map((bar) => bar[0]), position: "left", axisTick: { show: false }, axisLine: { show: false, onZero: false }, axisLabel: { color: color("ink"), fontSize: 12.5 } },
      series: [{
        type: "bar", barMaxWidth: 15,
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { type: "solid", color: color("muted"), width: 1 }, data: [{ xAxis: 0 }] },
        data: bars.map((bar) => ({
          value: bar[1],
          itemStyle: { color: bar[1] * cut.good > 0 ? color("s1") : color("orange-fill"), borderRadius: 2 },
          label: { show: true, position: bar[1] < 0 ? "left" : "right", formatter: bar[2], color: color("ink"), fontSize: 12 },
        })),
      }],
    };
  }

  function barOption([names, counts]) {
    return {
      grid: { left: 4, right: 6, top: 22, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: { type: "category", data: names, ...axis(), axisLabel: { ...axis().axisLabel, fontSize: 11, rotate: names.length > 5 ? 40 : 0, interval: 0, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, splitNumber: 3, ...axis(), axisLine: { show: false } },
      series: [{ type: "bar", data: counts, barCategoryGap: "18%", itemStyle: { color: color("s1"), borderRadius: [2, 2, 0, 0] }, label: { show: true, position: "top", color: color("ink"), fontSize: 12, formatter: ({ value }) => value || "" } }],
    };
  }

  const redraw = () => all(".view.shown").forEach(draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  for (const input of all("[data-toggles] input")) input.addEventListener("change", redraw);

  // Paper is always light.
  let printing = false;
  function paper(on) {
    printing = on;
    on ? document.documentElement.setAttribute("data-theme", "light") : document.documentElement.removeAttribute("data-theme");
    redraw();
    if (on) for (const chart of drawn.values()) chart.getZr().flush();
  }
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  for (const button of all("[data-print]")) button.addEventListener("click", () => print());

  // The list of arrows points into the circle.
  for (const item of all(".arrow-list li[data-arrow]")) {
    const same = () => all(`[data-arrow="${CSS.escape(item.dataset.arrow)}"]`, item.closest(".view"));
    item.addEventListener("pointerenter", () => same().forEach((node) => node.classList.add("found")));
    item.addEventListener("pointerleave", () => same().forEach((node) => node.classList.remove("found")));
  }

  // The table of everyone: find, filter, sort, and no more rows at once than one reads.
  const table = document.querySelector("[data-people]");
  if (table) {
    const AT_ONCE = 25;
    const form = document.querySelector("[data-filters]");
    const more = document.querySelector("[data-more]");
    const shown = document.querySelector("[data-shown]");
    const rows = all("tbody tr", table);
    const heads = all("th[data-column]", table);
    let column = -1, direction = 1, everything = false;

    const value = (row) => row.querySelectorAll("td[data-value]")[column].dataset.value;
    function compare(a, b) {
      const [x, y] = [value(a), value(b)];
      if (!x || !y) return Number(!x) - Number(!y);
      const difference = Number(x) - Number(y);
      return direction * (Number.isNaN(difference) ? x.localeCompare(y) : difference);
    }
    function update() {
      const find = form.find.value.trim().toLowerCase();
      const wanted = { "": [], safety: ["safety"], warning: ["safety", "warning"], "no-forecast": ["no-forecast"] }[form.level.value];
      const ordered = column < 0 ? rows : [...rows].sort(compare);
      table.tBodies[0].append(...ordered);
      const fitting = ordered.filter((row) => {
        const levels = row.dataset.level.split(" ");
        return (!wanted.length || wanted.some((level) => levels.includes(level))) && row.dataset.id.toLowerCase().includes(find);
      });
      const visible = new Set(everything ? fitting : fitting.slice(0, AT_ONCE));
      for (const row of rows) row.hidden = !visible.has(row);
      more.hidden = fitting.length <= visible.size;
      shown.textContent = `${visible.size} of ${rows.length} shown` + (fitting.length > visible.size ? `; ${fitting.length} fit` : "");
      heads.forEach((head, index) => {
        index === column ? head.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending") : head.removeAttribute("aria-sort");
      });
    }
    function sortBy(next) {
      direction = next === column ? -direction : next >= 0 && heads[next].dataset.first === "descending" ? -1 : 1;
      column = next;
      update();
    }
    heads.forEach((head, index) => {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
      button.addEventListener("click", () => { sortBy(index); form.sort.value = `${index}`; });
      head.replaceChildren(button);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.find.addEventListener("input", update);
    form.level.addEventListener("change", update);
    form.sort.addEventListener("change", () => { column = -1; form.sort.value === "" ? update() : sortBy(Number(form.sort.value)); });
    more.addEventListener("click", () => { everything = true; update(); });
    update();
  }

  route();
})();
