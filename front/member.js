// What a member has a use for beside page.js, and the page without a network: one file a thing, as there.

import "./swap.js";
import "./reading.js";
import "./offline.js";
