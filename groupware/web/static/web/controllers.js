// Loads Stimulus controllers by name, once each, for what is in the page and what comes later.
const known = new Set();

function load(application, name) {
  if (known.has(name)) return;
  known.add(name);
  import(`controllers/${name}`).then(
    (module) => application.register(name, module.default),
    (error) => console.error(`controller ${name}`, error),
  );
}

function scan(application, root) {
  const found = root.matches?.("[data-controller]") ? [root] : [];
  for (const element of [...found, ...root.querySelectorAll("[data-controller]")]) {
    for (const name of element.dataset.controller.split(/\s+/).filter(Boolean)) load(application, name);
  }
}

export function loadControllers(application, root) {
  scan(application, root);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE) scan(application, node);
      if (change.type === "attributes") scan(application, change.target);
    }
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-controller"] });
}
