// htmx with our settings, which stand in <meta name="htmx-config">; each request carries the session's token.
import htmx from "htmx.org/dist/htmx.esm.js";

export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

document.addEventListener("htmx:config:request", (event) => {
  event.detail.ctx.request.headers["X-CSRF"] = csrf();
});
window.htmx = htmx;
export default htmx;
