// Paired waterfalls, drawn from tapes as they come: WSGI left, ASGI right, on one axis of time.
// The geometry is that of the report (lab/compare/waterfall.py), whose style they share.

import { drawn, element } from "./ask.js";

const WIDTH = 360;
const LEFT = 44; // for the requests' names
const ROW = 16;
const LANE = 14;
const TOP = 18; // for the axis
const HALF_LABEL = 22; // the width of half a time on the axis
const MOST_LANES = 10;
const MOST_TICKS = 5; // beside that of 0
const TICKS = [1e-4, 1e-3, 1e-2, 0.1, 1, 10].flatMap((it) => [it, 2 * it, 5 * it]); // seconds
const SECONDS_OF_DRAWING = 2;
const CLASSES = { run: "ran", wait: "kept", hold: "held" };

function time(seconds) {
  if (seconds === 0) return "0";
  if (seconds < 1e-3) return `${Number((seconds * 1e6).toPrecision(3))} µs`;
  return seconds >= 1 ? `${seconds.toPrecision(3)} s` : `${Number((seconds * 1000).toPrecision(3))} ms`;
}

export class Waterfalls {
  constructor(section) {
    this.section = section;
  }

  begin(event) {
    for (const pair of this.section.querySelectorAll(".pair")) pair.remove();
    this.section.hidden = true;
    this.titles = new Map(event.workloads.map((it) => [it.name, it]));
    this.pairs = new Map(); // by workload
  }

  add(tape) {
    if (tape.rows.length === 0) return;
    this.section.hidden = false;
    if (!this.pairs.has(tape.workload)) this.pairs.set(tape.workload, this.#pair(tape.workload));
    this.pairs.get(tape.workload).add(tape);
  }

  #pair(name) {
    const workload = this.titles.get(name);
    const pair = new Pair(workload);
    this.section.append(pair.element);
    return pair;
  }
}

class Pair {
  constructor(workload) {
    this.workload = workload;
    this.tapes = [];
    this.span = 0;
    this.sides = { WSGI: element("div", { class: "side" }), ASGI: element("div", { class: "side" }) };
    const title = element("h4", {}, `${workload.title} `, element("code", {}, workload.shown));
    this.switches = element("div", { class: "switches" });
    const sides = element("div", { class: "sides" }, this.sides.WSGI, this.sides.ASGI);
    this.element = element(
      "section", { class: "card pair", "aria-label": workload.title }, title, this.switches, sides,
    );
  }

  // Where the axis grows all are drawn anew; else what is chosen in the others stays so.
  add(tape) {
    this.tapes.push(tape);
    this.#offer(tape);
    const span = Math.max(...this.tapes.map((one) => one.end));
    if (span !== this.span) {
      this.span = span;
      for (const side of Object.values(this.sides)) side.replaceChildren();
      for (const one of this.#inOrder()) this.sides[one.interface].append(this.#figure(one, tape));
    } else {
      const side = this.#inOrder().filter((one) => one.interface === tape.interface);
      const next = this.sides[tape.interface].children[side.indexOf(tape)] ?? null;
      this.sides[tape.interface].insertBefore(this.#figure(tape, tape), next);
    }
  }

  #figure(tape, newest) {
    const figure = new Waterfall(tape, this.span);
    if (tape === newest) figure.grow();
    const ways = `way way-${tape.sleeps ? "sleep" : "await"} way-${tape.workers ? "many" : "few"}`;
    return element("div", { class: ways }, figure.element);
  }

  // A contender's tapes stand together, so that a switch changes a figure in its place.
  #inOrder() {
    const names = [...new Set(this.tapes.map((one) => one.contender))];
    return names.flatMap((name) => this.tapes.filter((one) => one.contender === name));
  }

  // A switch comes with the first tape that it leads to; the styles hide what it does not show.
  #offer(tape) {
    if (tape.sleeps) {
      const code = (text) => element("code", {}, text);
      this.#switch("handler", "The handler", [
        ["await", code(this.workload.shown), " waits, with ", code("await"), " where it can"],
        ["sleep", code(`GET ${tape.rows[0].path}`), " waits with ", code("time.sleep")],
      ]);
    }
    if (tape.workers) {
      this.#switch("workers", "Worker processes", [["few", "1"], ["many", `${tape.workers}`]]);
    }
  }

  #switch(name, title, choices) {
    if (this.switches.querySelector(`[name="${name}"]`)) return;
    const labels = choices.map(([value, ...text], number) => {
      const input = element("input", { type: "radio", name, value });
      input.checked = number === 0;
      return element("label", {}, input, " ", ...text);
    });
    this.switches.append(
      element("fieldset", { class: "switch" }, element("legend", {}, title), ...labels),
    );
  }
}

class Waterfall {
  constructor(tape, span) {
    this.tape = tape;
    this.start = Math.min(0, ...tape.rows.map((row) => row.began));
    this.span = Math.max(span - this.start, 1e-6);
    this.lanes = tape.lanes.slice(0, MOST_LANES);
    this.middle = TOP + tape.rows.length * ROW;
    this.height = this.middle + 22 + this.lanes.length * LANE + 4;
    this.said = element("p", { class: "said", "aria-live": "polite" });
    this.rows = tape.rows.map((row, number) => this.#row(row, number));
    this.curtain = drawn("rect", { class: "curtain", x: WIDTH, y: TOP - 2, width: WIDTH - LEFT, height: this.height });
    const caption = element(
      "figcaption", {}, element("strong", {}, tape.contender),
      element("span", { class: "quiet" }, ` ${tape.about}`),
    );
    const short = tape.workload === "wait" ? [element("p", { class: "shortly" }, tape.short)] : [];
    this.element = element("figure", { class: "waterfall" }, caption, ...short, this.#picture(), this.said);
  }

  grow() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const began = performance.now();
    const draw = (now) => {
      const share = Math.min(1, Math.max(0, (now - began) / 1000 / SECONDS_OF_DRAWING));
      this.curtain.setAttribute("x", LEFT + share * (WIDTH - LEFT));
      if (share < 1) requestAnimationFrame(draw);
    };
    draw(began);
  }

  #x(seconds) {
    return LEFT + ((seconds - this.start) / this.span) * (WIDTH - LEFT);
  }

  #rect(kind, start, end, y, height, more = {}) {
    const x = this.#x(start);
    const width = Math.max(this.#x(end) - x, 0.8);
    return drawn("rect", { class: kind, x: x.toFixed(1), y, width: width.toFixed(1), height, ...more });
  }

  #picture() {
    const label = `${this.tape.contender}, ${this.tape.rows.length} requests over time`;
    return drawn(
      "svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${this.height}`, role: "group", "aria-label": label },
      ...this.#axis(), ...this.rows,
      drawn("text", { class: "tick", x: 0, y: this.middle + 15 }, "Who had which thread or loop"),
      ...this.lanes.map((name, number) => this.#lane(name, number)), this.curtain,
    );
  }

  #axis() {
    const end = this.span + this.start;
    const step = TICKS.find((tick) => end / tick <= MOST_TICKS) ?? end;
    return Array.from({ length: Math.floor(end / step + 1e-6) + 1 }, (_, number) => {
      const x = this.#x(number * step);
      const anchor = x > WIDTH - HALF_LABEL ? "end" : number ? "middle" : "";
      return [
        drawn("path", { class: "grid", d: `M${x.toFixed(1)} ${TOP - 4}V${this.height}` }),
        drawn("text", { class: `tick ${anchor}`, x: x.toFixed(1), y: 10 }, time(number * step)),
      ];
    }).flat();
  }

  #row(row, number) {
    const y = TOP + number * ROW;
    const group = drawn(
      "g",
      { class: row.name.startsWith("b") ? "row beside" : "row", tabindex: 0, role: "button", "aria-pressed": "false", "aria-label": row.said },
      drawn("rect", { class: "back", x: 0, y, width: WIDTH, height: ROW }),
      drawn("text", { class: "name", x: LEFT - 5, y: y + 12 }, row.name),
    );
    if (row.began > row.due) group.append(this.#rect("queued", row.due, row.began, y + 3, ROW - 6));
    if (row.is_on_loop) group.append(this.#rect("awaited", row.began, row.ended, y + 6.5, ROW - 13));
    for (const [start, end, kind] of row.segments) {
      group.append(this.#rect(CLASSES[kind], start, end, y + 3, ROW - 6));
    }
    group.addEventListener("click", () => this.#choose(number));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.#choose(number);
    });
    return group;
  }

  #lane(name, lane) {
    const y = this.middle + 22 + lane * LANE;
    const short = name.replace("process ", "P").replace("thread ", "T").replace(", ", " ");
    const group = drawn(
      "g", {}, drawn("title", {}, name),
      drawn("text", { class: "lane", x: LEFT - 5, y: y + 9 }, short),
      drawn("rect", { class: "track", x: LEFT, y, width: WIDTH - LEFT, height: LANE - 3 }),
    );
    this.tape.rows.forEach((row, of) => {
      for (const [start, end, kind, at] of row.segments) {
        if (at === lane) group.append(this.#rect(CLASSES[kind], start, end, y, LANE - 3, { "data-of": of }));
      }
    });
    return group;
  }

  #choose(number) {
    const again = this.rows[number].getAttribute("aria-pressed") === "true";
    const waited = again ? [] : this.tape.rows[number].by;
    this.rows.forEach((row, other) => {
      row.setAttribute("aria-pressed", String(other === number && !again));
      row.classList.toggle("lit", waited.includes(other));
    });
    for (const part of this.element.querySelectorAll("[data-of]")) {
      const of = Number(part.dataset.of);
      part.classList.toggle("chosen", !again && of === number);
      part.classList.toggle("lit", waited.includes(of));
    }
    this.element.classList.toggle("choosing", !again);
    this.said.textContent = again ? "" : this.tape.rows[number].said;
  }
}
