// The table of figures that grows round by round: a bar, and on it the range of the rounds.

import { drawn, element } from "./ask.js";

const LABELS = ["Figure", "p99", "Rounds", "Errors"];

export class Figures {
  constructor(section) {
    this.section = section;
    this.table = section.querySelector("table");
  }

  begin(event) {
    for (const body of this.table.querySelectorAll("tbody")) body.remove();
    this.rows = new Map(); // by workload and contender
    this.scores = new Map(); // by workload: a Map from contender to its score
    this.notes = new Map(); // by workload: where its verdict goes
    for (const workload of event.workloads) this.#group(workload, event.contenders);
    this.section.hidden = false;
  }

  show(event) {
    const row = this.#row(event);
    const texts = [event.said, event.p99, event.rounds, `${event.errors.toLocaleString("en")} of ${event.requests.toLocaleString("en")}`];
    row.cells.forEach((cell, number) => (cell.textContent = texts[number]));
    if (event.score) {
      const scores = this.scores.get(event.workload);
      scores.set(event.contender, event.score);
      this.#draw(event.workload, scores);
    }
  }

  // What was measured before a server dropped out stays to be seen.
  leaveOut(event) {
    if (this.scores.get(event.workload).has(event.contender)) return;
    const [first, ...rest] = this.#row(event).cells;
    first.textContent = `left out: ${event.why}`;
    first.colSpan = LABELS.length;
    for (const cell of rest) cell.remove();
  }

  conclude(event) {
    this.notes.get(event.workload).textContent = event.said;
  }

  #row(event) {
    return this.rows.get(JSON.stringify([event.workload, event.contender]));
  }

  #group(workload, contenders) {
    const better = workload.is_higher_better ? "longer is better" : "shorter is better";
    const verdict = element("span", { class: "verdict" });
    const head = element(
      "th", { scope: "rowgroup", colspan: 6 }, `${workload.title} `,
      element("code", {}, workload.shown),
      element("span", { class: "quiet by" }, `${workload.judged_by}, ${better}`), verdict,
    );
    const body = element("tbody", {}, element("tr", { class: "group" }, head));
    for (const contender of contenders) body.append(this.#server(workload.name, contender));
    this.notes.set(workload.name, verdict);
    this.scores.set(workload.name, new Map());
    this.table.append(body);
  }

  #server(workload, contender) {
    const bar = drawn("svg", { class: "score", viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" });
    const cells = LABELS.map((label) => element("td", { "data-label": label }, "–"));
    const name = element("th", { scope: "row" }, contender.name);
    this.rows.set(JSON.stringify([workload, contender.name]), { bar, cells, interface: contender.interface });
    return element("tr", {}, name, element("td", { class: "picture" }, bar), ...cells);
  }

  #draw(workload, scores) {
    const most = Math.max(...[...scores.values()].map((score) => score.high)) || 1;
    for (const [contender, score] of scores) {
      const row = this.rows.get(JSON.stringify([workload, contender]));
      const [low, middle, high] = [score.low, score.median, score.high].map((it) => (100 * it) / most);
      row.bar.replaceChildren(
        drawn("rect", { class: `fill ${row.interface.toLowerCase()}`, x: 0, y: 1, width: middle, height: 10 }),
        drawn("rect", { class: "range", x: low, y: 5, width: Math.max(high - low, 0.6), height: 2 }),
      );
    }
  }
}
