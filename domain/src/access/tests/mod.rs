//! Tests of the rights model: rule by rule, and against the plain evaluator.

mod areas;
mod changes;
mod decisions;
mod effects;
mod effects_property;
mod explanations;
mod explanations_property;
mod holders;
mod likeness;
mod names;
mod outside;
mod properties;
mod random;
mod records;
mod reverse;
mod reverse_property;
mod scene;
mod timeline;
mod trees_property;
mod wage_reasons;
mod wages;
