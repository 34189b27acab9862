// Makes plain HTML a little handier. Everything here works without it, or is not there without it.
//
// A page loads it when something on it says `data-live`, or when a member reads it. One file a thing; each looks for its own
// marks in the page and does nothing when there are none. Sentences come from the server, in data attributes.

import "./swap.js";
import "./press.js";
import "./toast.js";
import "./countdown.js";
import "./code.js";
import "./contents.js";
import "./footnotes.js";
import "./reading.js";
import "./offline.js";
import "./share.js";
