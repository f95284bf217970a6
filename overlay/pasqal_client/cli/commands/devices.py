"""`pasqal devices`: which devices there are, what they can do, and what waits for them.

What is public can be read without signing in.
"""

from typing import Annotated

import typer

from ..completion import complete_device_sort_keys, complete_device_types
from ..failures import ExitCode
from ..filter_options import DEVICE_FILTERING, Filters
from ..options import CONNECTING, SHAPING, Order, Shape, Where, options, order_of
from ..typer_groups import group

app = group("devices", "Look at devices, their queues and what they can do.")

_ORDER = order_of(complete_device_sort_keys)
_TYPES = typer.Argument(
    metavar="TYPE...",
    autocompletion=complete_device_types,
    help="Types of devices, in upper or lower case; - reads them from stdin.",
)
_TYPE = typer.Argument(
    metavar="TYPE",
    autocompletion=complete_device_types,
    help="The type of the device, in upper or lower case; - reads it from stdin.",
)
_TYPE_OR_ALL = typer.Argument(
    metavar="[TYPE]",
    autocompletion=complete_device_types,
    help="The type of the device, in upper or lower case; - reads it from stdin; without it, all devices.",
)


@app.command("list", epilog="Example: pasqal devices list --availability active")
@options(_ORDER, DEVICE_FILTERING, SHAPING, CONNECTING)
def list_devices(order: Order, filters: Filters, shape: Shape, where: Where) -> int:
    """List the devices that match, newest first.

    Shows how long a job waited on average in the last hour. Without signing in, these are the
    public devices. -q prints their types.
    """
    from ..account import connect_or_look_in
    from ..display.output import device_writer
    from ..filter_values import read_filters
    from ..item_list import print_listing

    chosen = read_filters(filters)
    with connect_or_look_in(where) as client:
        listing = client.devices.list(**order.keywords, **chosen)
        print_listing(listing, device_writer(shape), noun="device")
    return ExitCode.DONE


@app.command("show", epilog="Example: pasqal devices show FRESNEL")
@options(SHAPING, CONNECTING)
def show(
    types: Annotated[list[str], _TYPES],
    shape: Shape,
    where: Where,
) -> int:
    """Show everything about some devices.

    Without signing in, only public devices are found.
    """
    from ..account import connect_or_look_in
    from ..display import output
    from ..display.columns import device_lines
    from ..named_items import pick_devices, report_missing
    from ..typed_names import parse_types

    wanted = parse_types(types)
    with connect_or_look_in(where) as client:
        # All of them: the service rejects a list of a type that it does not know.
        devices, missing = pick_devices(wanted, client.devices.list())
    output.print_in_full(devices, output.device_writer(shape), device_lines)
    return report_missing(missing, len(wanted), "device")


@app.command("queue", epilog="Example: pasqal devices queue FRESNEL")
@options(SHAPING, CONNECTING)
def queue(
    device: Annotated[str, _TYPE],
    shape: Shape,
    where: Where,
    everything: Annotated[
        bool, typer.Option("--all", show_default=False, help="The whole queue.")
    ] = False,
) -> int:
    """List the batches that wait for a device, the next one first.

    Marks your own: those of the configured project, or without one all that this account may see.
    Prints the first 20, and of your own the first 20.
    """
    from ..account import connect
    from ..device_queue import print_queue
    from ..typed_names import parse_type

    wanted = parse_type(device)
    with connect(where) as client:
        return print_queue(client, wanted, shape, everything=everything)


@app.command("specs", epilog="Example: pasqal devices specs FRESNEL")
@options(CONNECTING)
def specs(
    where: Where,
    device: Annotated[str | None, _TYPE_OR_ALL] = None,
) -> int:
    """Print what a device can do, as JSON that Pulser reads.

    Without a type, prints one JSON object with the texts of all devices, by type. Emulators have
    none. Without signing in, only those of public devices are found.
    """
    from ..account import connect_or_look_in
    from ..display import output
    from ..typed_names import parse_type

    wanted = None
    if device is not None:
        wanted = parse_type(device)
    with connect_or_look_in(where) as client:
        if wanted is None:
            output.emit_document(client.devices.specs())
        else:
            output.emit_exactly(client.devices.specs(wanted))
    return ExitCode.DONE
