//! The design system: pieces of a page with no domain words. Props in, HTML out; the looks are in `style/ui/`. A development
//! build shows all of them at `/dev/ui`.

mod chart;
mod facts;
mod figure;
mod form;
mod icon;
mod notice;
mod overlay;
mod person;
mod prose;
mod table;
mod way;

pub use chart::{BarChart, Bars};
pub use facts::fact;
pub use figure::{Countdown, Nothing, Price, StarsShown, StatTile};
pub use form::{Check, Errors, Field, Select, Submit, Switch, TextArea};
pub use icon::{Icon, icon};
pub use notice::{Badge, Banner, Callout, EmptyState, Progress, Skeleton, Toast, Tone};
pub use overlay::{Dialog, Drawer, Menu, Opener};
pub use person::Avatar;
pub use prose::Prose;
pub use table::{Column, DataTable, Sort};
pub use way::{Breadcrumb, LinkButton, MenuGroup, NextPage, SideMenu, Tabs};
