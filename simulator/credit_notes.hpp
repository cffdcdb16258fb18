// Credit notes: less is owed on an invoice that is open, or something goes back on one that is
// paid. https://docs.stripe.com/api/credit_notes
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_credit_note(State& state, Params& params);
json::value preview_credit_note(State& state, Params& params);
json::value list_previewed_lines(State& state, Params& params);
json::value retrieve_credit_note(State& state, Params& params);
json::value update_credit_note(State& state, Params& params);
json::value void_credit_note(State& state, Params& params);
json::value list_credit_notes(State& state, Params& params);
json::value list_credit_note_lines(State& state, Params& params);

}  // namespace freehold::simulator
