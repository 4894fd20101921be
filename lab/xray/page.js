"use strict";
// Steps through the page, and lights up what is the same thing elsewhere.

(() => {
  const steps = [...document.querySelectorAll(".step")];
  const [slider, status, previous, next, all] = ["slider", "status", "previous", "next", "all"].map(
    (id) => document.getElementById(id),
  );
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let current = 0;

  function show(place, moves = true) {
    current = Math.max(0, Math.min(steps.length - 1, place));
    steps.forEach((step, number) => {
      step.classList.toggle("later", number > current);
      step.classList.toggle("current", number === current);
      step.toggleAttribute("aria-current", number === current);
      if (number === current) step.setAttribute("aria-current", "step");
    });
    const told = `Step ${current + 1} of ${steps.length}: ${steps[current].dataset.title}`;
    slider.value = current + 1;
    slider.setAttribute("aria-valuetext", told);
    status.textContent = told;
    previous.setAttribute("aria-disabled", current === 0);
    next.setAttribute("aria-disabled", current === steps.length - 1);
    if (moves) {
      // A step that is taller than the window begins with its heading, whichever way one came.
      const block = steps[current].offsetHeight > innerHeight / 2 ? "start" : "nearest";
      steps[current].scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
    }
  }

  slider.addEventListener("input", () => show(slider.value - 1));
  previous.addEventListener("click", () => show(current - 1));
  next.addEventListener("click", () => show(current + 1));
  all.addEventListener("click", () => show(steps.length - 1, false));
  document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
  steps.forEach((step, number) => {
    step.querySelector(".go").addEventListener("click", () => show(number));
  });
  document.addEventListener("keydown", (event) => {
    if (event.target === slider || event.altKey || event.ctrlKey || event.metaKey) return;
    const place = { ArrowLeft: current - 1, ArrowRight: current + 1 }[event.key];
    if (place !== undefined) show(place);
  });

  // Twins: what is pointed at or has the focus, and what was pressed.
  const twins = [...document.querySelectorAll("[data-twin]")];
  let pinned = null;

  function words(element) {
    return element ? element.dataset.twin.split("|").filter(Boolean) : [];
  }

  function light(element) {
    const wanted = new Set([...words(element), ...words(pinned)]);
    for (const twin of twins) {
      twin.classList.toggle("lit", words(twin).some((word) => wanted.has(word)));
    }
  }

  for (const twin of twins) {
    twin.addEventListener("mouseenter", () => light(twin));
    twin.addEventListener("mouseleave", () => light(null));
    twin.addEventListener("focusin", () => light(twin));
    twin.addEventListener("focusout", () => light(null));
  }
  for (const name of document.querySelectorAll(".name")) {
    name.addEventListener("click", () => {
      const twin = name.closest("[data-twin]");
      pinned = pinned === twin ? null : twin;
      for (const other of document.querySelectorAll(".name")) {
        other.setAttribute("aria-pressed", pinned !== null && other.closest("[data-twin]") === pinned);
      }
      light(pinned);
    });
  }

  const asked = steps.findIndex((step) => `#${step.id}` === location.hash);
  show(Math.max(0, asked), asked > 0);
})();
