// The report's script: guesses, waterfalls that light up, replay. The page says all without it.

"use strict";

const SECONDS_OF_REPLAY = 4;

function said(milliseconds) {
  if (milliseconds >= 1000) return (milliseconds / 1000).toPrecision(3) + " s";
  return Number(milliseconds.toPrecision(3)) + " ms";
}

for (const form of document.querySelectorAll("form.guess")) {
  form.querySelector(".field").hidden = false;
  form.addEventListener("input", () => (form.querySelector(".told").textContent = ""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const guess = Number(form.querySelector("input").value);
    const answer = Number(form.dataset.answer);
    const times = Math.max(guess, 0.001) / answer;
    const far = times > 1 ? times : 1 / times;
    const near = far <= Number(form.dataset.within);
    const how = (far < 10 ? far.toPrecision(2) : Math.round(far)) + " times too ";
    form.querySelector(".told").textContent =
      `You guessed ${said(guess)}; it was ${said(answer)}: ` +
      (near ? "right." : how + (times > 1 ? "long." : "short."));
    form.querySelector("details").open = true;
  });
}

for (const figure of document.querySelectorAll(".waterfall")) {
  const rows = [...figure.querySelectorAll(".row")];
  const line = figure.querySelector(".said");

  function choose(row) {
    const again = row.getAttribute("aria-pressed") === "true";
    const waited = again ? [] : row.dataset.by.split(" ").filter(Boolean);
    for (const other of rows) {
      other.setAttribute("aria-pressed", String(other === row && !again));
      other.classList.toggle("lit", waited.includes(other.dataset.row));
    }
    for (const part of figure.querySelectorAll("[data-of]")) {
      const of = part.dataset.of;
      part.classList.toggle("chosen", !again && of === row.dataset.row);
      part.classList.toggle("lit", waited.includes(of));
    }
    figure.classList.toggle("choosing", !again);
    line.textContent = again ? "" : row.getAttribute("aria-label");
  }

  const words = figure.querySelectorAll(".rows li");
  for (const row of rows) {
    row.setAttribute("aria-label", words[row.dataset.row].textContent);
    row.addEventListener("click", () => choose(row));
    row.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        choose(row);
      }
    });
  }

  const curtain = figure.querySelector(".curtain");
  const button = figure.querySelector(".replay");
  const from = Number(curtain.getAttribute("x")) - Number(curtain.getAttribute("width"));
  const to = Number(curtain.getAttribute("x"));
  button.hidden = false;
  button.addEventListener("click", () => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const began = performance.now();
    const together = button.closest(".pair").querySelectorAll(".curtain");
    function draw(now) {
      const share = still ? 1 : Math.min(1, Math.max(0, (now - began) / 1000 / SECONDS_OF_REPLAY));
      for (const one of together) one.setAttribute("x", String(from + share * (to - from)));
      if (share < 1) requestAnimationFrame(draw);
    }
    requestAnimationFrame(draw);
  });
}
