//! `inqud-hook test`, tried on a shop with every defect that can be seeded.

mod defects;
mod endpoint_process;
mod forged;
mod runs;
mod settings;
mod shop;
mod shop_defects;
mod shop_itself;
mod words;

/// What the shop can do wrongly, and what it can do unusually.
#[path = "../../defective_shop/switches.rs"]
mod switches;
