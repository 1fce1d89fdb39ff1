//! The spans of a start without the feature `tracing`: nothing.

use std::future::Future;

use super::TransportError;
use crate::http::{Request, Response};
use crate::person::Account;
use crate::start::{Effect, Outcome, Reply};

pub(super) struct StartSpan;

impl StartSpan {
    pub(super) fn new(_: &Account) -> Self {
        StartSpan
    }

    pub(super) fn run<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn record(&self, _: &Outcome) {}

    pub(super) fn record_store_error(&self, _: &'static str) {}
}

pub(super) struct EffectSpan;

impl EffectSpan {
    pub(super) fn new(_: &Effect<'_>) -> Self {
        EffectSpan
    }

    pub(super) fn run<F: Future>(&self, future: F) -> F {
        future
    }

    pub(super) fn record(&self, _: &Reply) {}
}

pub(super) fn report_exchange(_: &Request, _: u32, _: &Result<Response, TransportError>) {}
