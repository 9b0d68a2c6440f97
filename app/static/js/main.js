// The browser's part of the workbench. Everything stands on real forms; this adds saving, live states and keys.
import "./htmx.js";
import "./klok.js";
import "./bewaren.js";
import "./panelen.js";
import "./live.js";
import "./sessie.js";
import "./einde.js";
import "./melding.js";
import "./formulier.js";
import "./uiterlijk.js";
import "./rij.js";
import "./toetsen.js";
import "./focus.js";
