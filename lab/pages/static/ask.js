// Asks our own server to do something; a refusal becomes an Error with its reason.

export async function ask(method, path, form) {
  const body = form ? new URLSearchParams(form) : undefined;
  const answer = await fetch(path, { method, body, headers: { accept: "application/json" } });
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Error(told.detail || `the lab answered ${answer.status}`);
  }
}

// The one place on a page where it says what went wrong.
export function tell(place, problem) {
  place.textContent = problem;
  place.hidden = problem === "";
}

// An element with its attributes and children; a string is text, and never markup.
export function element(name, attributes = {}, ...children) {
  return fillIn(document.createElement(name), attributes, children);
}

export function drawn(name, attributes = {}, ...children) {
  return fillIn(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fillIn(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
