// The list of past runs: delete one, or choose two.

import { ask, tell } from "./ask.js";

const problem = document.getElementById("problem");
const form = document.getElementById("two");

form.addEventListener("submit", (event) => {
  const chosen = form.querySelectorAll("input:checked").length;
  if (chosen === 2) return;
  event.preventDefault();
  tell(problem, `Choose two runs; ${chosen} ${chosen === 1 ? "is" : "are"} chosen.`);
});

for (const button of document.querySelectorAll(".delete")) {
  button.addEventListener("click", async () => {
    if (!confirm(`Delete run ${button.dataset.run}, with its report?`)) return;
    try {
      await ask("DELETE", `/runs/${button.dataset.run}`);
      const row = button.closest("tr");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      if (next) next.querySelector("a").focus();
      else location.reload();
    } catch (error) {
      tell(problem, error.message);
    }
  });
}
