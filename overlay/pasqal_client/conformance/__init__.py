"""The runner of the conformance kit: it plays the cases of `conformance/` to a client in any language.

The client stands behind an adapter, a program that reads a call from each line of its stdin, makes
it, and writes a line about what came of it. The runner knows nothing of this package's own client,
whose adapter lies in the tests. It needs the `sandbox` extra.

- `program` is `python -m pasqal_client.conformance` and `pasqal conform`; `report` is what it prints.
- `run` chooses cases and plays them. `request_cases`, `answer_cases` and `error_cases` play
  one case each, by the file that it comes from; `split_requests` is for requests that are split,
  `narrowed_requests` for those of which some do not count.
- `scenarios` plays the cases that need a service with state, each on a sandbox of its own:
  `scenario_set_up` fills that, `scenario_addresses` has what the client is told and listens in where
  it signs in, `scenario_results` compares what came, `scenario_state` what is there.
- `adapter` starts the program, asks it and reads its answers; `calls` has what is asked.
- `scripted_server` answers the client as the case says, and keeps what arrived.
- `kit` reads the files. `json_values` compares exactly, `findings` names what differs, and `mask`
  keeps tokens out of everything that is printed.
"""
