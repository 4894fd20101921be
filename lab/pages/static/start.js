// The first page: choose, run, watch, stop.

import { ask, element, tell } from "./ask.js";
import { Figures } from "./figures.js";
import { Waterfalls } from "./waterfalls.js";

const STATES = { finished: "Finished", stopped: "Stopped early", failed: "It failed" };
const [form, run, stop, problem, title, progress, what, share, said, failures, outcome] = [
  "choose", "run", "stop", "problem", "live-title", "progress", "what", "share", "said", "failures",
  "outcome",
].map((id) => document.getElementById(id));
const figures = new Figures(document.getElementById("figures"));
const waterfalls = new Waterfalls(document.getElementById("waterfalls"));
let phase = ""; // the part of the run that was announced last

function setBusy(busy) {
  run.disabled = busy;
  stop.disabled = false;
  progress.hidden = !busy;
}

function timeLeft(seconds) {
  if (seconds === null) return "";
  const rounded = Math.max(1, Math.round(seconds));
  const minutes = Math.floor(rounded / 60);
  return `, about ${minutes ? `${minutes} min ` : ""}${rounded % 60} s left`;
}

// A screen reader is told each new part of a run, and not each stretch of load.
function announce(text) {
  if (text.split(":")[0] === phase) return;
  phase = text.split(":")[0];
  said.textContent = phase;
}

const HANDLERS = {
  begin(event) {
    document.getElementById("before").hidden = true;
    title.textContent = `Comparing ${event.title}`;
    figures.begin(event);
    waterfalls.begin(event);
  },
  progress(event) {
    what.textContent = event.what + timeLeft(event.left);
    share.value = event.share;
    announce(event.what);
  },
  cell: (event) => figures.show(event),
  "left-out": (event) => figures.leaveOut(event),
  failure(event) {
    const log = element("pre", { class: "code" }, event.why);
    failures.append(element("div", { class: "failure" }, element("h3", {}, `${event.contender} failed`), log));
  },
  tape: (event) => waterfalls.add(event),
  verdict: (event) => figures.conclude(event),
  over(event) {
    title.textContent = STATES[event.state];
    said.textContent = title.textContent;
    if (event.number !== null) {
      const href = `/runs/${event.number}`;
      outcome.append(element("a", { class: "main button", href }, event.state === "failed" ? "Open this run" : "Open the report"));
    }
    if (event.state === "stopped" && event.number === null) {
      outcome.append(element("p", {}, "Nothing was measured yet, so there is no report."));
    }
    if (event.state === "failed" && !failures.hasChildNodes()) {
      outcome.append(element("pre", { class: "code alert" }, event.said));
    }
  },
};

function follow() {
  setBusy(true);
  phase = "";
  failures.replaceChildren();
  outcome.replaceChildren();
  const source = new EventSource("/live/events");
  source.onmessage = (message) => {
    const event = JSON.parse(message.data);
    HANDLERS[event.event]?.(event);
    if (event.event === "over") {
      source.close();
      setBusy(false);
      (outcome.querySelector("a") ?? title).focus({ preventScroll: true });
    }
  };
  source.onopen = () => tell(problem, "");
  source.onerror = () => {
    const isLost = source.readyState === EventSource.CLOSED;
    tell(problem, isLost ? "The lab was closed." : "The lab does not answer; it is asked again.");
    if (isLost) setBusy(false);
  };
}

async function attempt(action) {
  tell(problem, "");
  try {
    await action();
  } catch (error) {
    tell(problem, error.message);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await ask("POST", "/live", new FormData(form));
    title.textContent = "Starting";
    title.focus();
    follow();
  });
});

stop.addEventListener("click", () => {
  stop.disabled = true;
  title.textContent = "Stopping";
  attempt(() => ask("POST", "/live/stop")).finally(() => (stop.disabled = false));
});

if (document.querySelector("main").dataset.busy === "yes") follow();
