// The one entry point. Controllers are found by their names: data-controller="copy-link" loads
// controllers/copy-link of the import map the first time such an element appears.
import { Application } from "@hotwired/stimulus";
import "web/badges";
import "web/htmx_adapter";
import { loadControllers } from "web/controllers";

const application = Application.start();
application.handleError = (error, message, detail) => console.error(message, error, detail);
loadControllers(application, document.documentElement);

if (document.body.dataset.live && HTMLScriptElement.supports?.("importmap")) {
  const names = JSON.parse(document.querySelector('script[type="importmap"]').textContent).imports;
  if ("realtime/live" in names) import("realtime/live");
}
