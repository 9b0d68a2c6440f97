// One event stream per browser, shared by its tabs: HTTP/1.1 gives a host six connections, a tab may not take one.
// When the session ends it is silent until a page says "opnieuw": nobody asks on with a cookie that is worth nothing.
const ports = new Set();
let source, waiting;

function open() {
  clearTimeout(waiting);
  source = new EventSource("/gebeurtenissen");
  for (const name of ["verbonden", "aflevering"]) {
    source.addEventListener(name, (event) => tell({ name, data: event.data }));
  }
  source.addEventListener("sessie", close);
  source.onerror = () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    tell({ name: "sessie", data: "{}" });
    waiting = setTimeout(open, 5000);
  };
}

function close() {
  clearTimeout(waiting);
  source?.close();
  source = undefined;
  tell({ name: "sessie", data: "{}" });
}

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data === "weg") ports.delete(port);
    if (data === "stil") { clearTimeout(waiting); source?.close(); source = undefined; }
    if (data === "opnieuw" && (!source || source.readyState === EventSource.CLOSED)) open();
  };
  if (!source) open();
  else if (source.readyState === EventSource.OPEN) port.postMessage({ name: "verbonden", data: "{}" });
};
