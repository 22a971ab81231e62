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

  const found = document.querySelector("[data-found]");
  function find(text) {
    const rows = all(".persons tbody tr");
    const wanted = text.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.dataset.id.toLowerCase().includes(wanted);
    found.textContent = wanted ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
  }
  const search = document.querySelector("[data-finds] input");
  if (search) {
    search.addEventListener("input", () => find(search.value));
    // A link to a row must find it, whatever is being looked for.
    addEventListener("hashchange", () => {
      const row = document.getElementById(location.hash.slice(1));
      if (row && row.hidden) find((search.value = ""));
      if (row) row.scrollIntoView({ block: "center" });
    });
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
