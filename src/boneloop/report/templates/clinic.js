// What the clinic's page does by itself: sort a table by a column, find a person, print one list.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Numbers by size, the rest by letters; what is not known is last whichever way it goes.
  function compare(one, other, falling) {
    if (one === other) return 0;
    if (one === "" || other === "") return one === "" ? 1 : -1;
    const [a, b] = [Number(one), Number(other)];
    const order = Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other, undefined, { numeric: true }) : a - b;
    return falling ? -order : order;
  }

  function sort(table, column, direction) {
    const body = table.tBodies[0];
    const value = (row) => row.cells[column].dataset.value || "";
    const rows = [...body.rows].sort((one, other) => compare(value(one), value(other), direction === "descending"));
    body.append(...rows);
    if (table.matches(".persons")) show();
    all("thead th", table).forEach((head, at) => (at === column ? head.setAttribute("aria-sort", direction) : head.removeAttribute("aria-sort")));
  }

  for (const table of all("table.sortable")) {
    all("thead th", table).forEach((head, column) => {
      if (!head.dataset.first || !head.textContent) return;
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        const turned = now === "ascending" ? "descending" : "ascending";
        sort(table, column, now ? turned : head.dataset.first);
      });
    });
  }

  for (const form of all("[data-sorts]")) {
    const table = form.parentElement.querySelector("table.sortable");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector("select").addEventListener("change", (event) => {
      const column = Number(event.target.value);
      sort(table, column, all("thead th", table)[column].dataset.first || "ascending");
    });
  }

  // People: those who are looked for; of very many the first, until all are asked for. Whoever a link leads to is shown.
  const FIRST = 40;
  const search = document.querySelector("[data-finds] input");
  const more = document.querySelector("[data-more]");
  let everyone = false;

  function show() {
    const rows = all(".persons tbody tr");
    const wanted = search.value.trim().toLowerCase();
    const named = rows.filter((row) => row.dataset.id.toLowerCase().includes(wanted));
    const first = new Set(everyone ? named : named.slice(0, FIRST));
    for (const row of rows) row.hidden = !first.has(row) && `#${row.id}` !== location.hash;
    more.hidden = first.size === named.length;
    more.textContent = `Show all ${named.length}`;
    document.querySelector("[data-found]").textContent = wanted ? `${named.length} of ${rows.length}` : "";
  }

  function follow() {
    const row = document.querySelector(".persons tr:target");
    if (!row) return;
    search.value = "";
    show();
    row.scrollIntoView({ block: "center" });
  }

  if (search) {
    search.addEventListener("input", show);
    more.addEventListener("click", () => {
      everyone = true;
      show();
    });
    addEventListener("hashchange", follow);
    show();
    follow();
  }

  for (const button of all("[data-print]")) {
    button.addEventListener("click", () => {
      const list = button.closest(".worklist");
      list.classList.add("printed");
      document.body.classList.add("one-list");
      print();
    });
  }
  addEventListener("afterprint", () => {
    document.body.classList.remove("one-list");
    for (const list of all(".printed")) list.classList.remove("printed");
  });
})();
