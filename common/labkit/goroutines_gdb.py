"""Run inside gdb: prints the stacks of goroutines that no thread runs.

A suspended goroutine's registers lie at its saved stack pointer, and all code
keeps frame pointers; so the walk only reads memory. Both backends of the
switch keep the frame pointer and the return address at the same place.
"""

import gdb

# Below the saved stack pointer: where the frame pointer lies, after it the
# return address (src/arch/*/switch.S and Boost.Context's jump).
FRAME_AT = {"i386:x86-64": 48, "aarch64": 144}
WORD = 8
FRAMES = 12
SHOWN = 20
STATUS = {1: "runnable", 4: "waiting"}


def word_at(address):
    """Reads one word of the stopped process."""
    data = gdb.selected_inferior().read_memory(address, WORD)
    return int.from_bytes(bytes(data), "little")


def first_member(value):
    """The first member of an object; static ones have no place in it."""
    members = value.type.strip_typedefs().fields()
    return value[next(m for m in members if hasattr(m, "bitpos"))]


def number(value):
    """The number in a word that is wrapped in classes."""
    while value.type.strip_typedefs().code == gdb.TYPE_CODE_STRUCT:
        value = first_member(value)
    return int(value)


def place(pc):
    """Names the code at an address: function, file and line."""
    block = gdb.block_for_pc(pc)
    while block is not None and block.function is None:
        block = block.superblock
    line = gdb.find_pc_line(pc)
    if block is None:
        words = gdb.execute(f"info symbol {pc:#x}", to_string=True)
        return words.split(" in section")[0].strip()
    where = f" at {line.symtab.filename}:{line.line}" if line.symtab else ""
    return f"{block.function}{where}"


def frames(stack_pointer, frame_at):
    """Yields the return addresses of a suspended goroutine."""
    frame, pc = (word_at(stack_pointer + frame_at),
                 word_at(stack_pointer + frame_at + WORD))
    for _ in range(FRAMES):
        yield pc
        if frame == 0:
            return
        above, pc = word_at(frame), word_at(frame + WORD)
        if pc == 0 or (above != 0 and above <= frame):
            return
        frame = above


def goroutines():
    """Yields all records, a gdb value each."""
    slot = gdb.parse_and_eval("strata::sched::state.goroutines._M_payload")
    if not slot["_M_engaged"]:
        return   # nothing runs
    table = gdb.parse_and_eval("*(strata::sched::GTable*)"
                               "&strata::sched::state.goroutines")
    record = gdb.lookup_type("strata::sched::G").pointer()
    first = table["chunks_"]["_M_impl"]["_M_start"]
    made = number(table["chunk_count_"])
    for chunk in range(made):
        lo = first_member((first + chunk)["memory"]["range_"])
        count = int(gdb.parse_and_eval("strata::sched::GTable::kChunkGs"))
        for index in range(count):
            yield (lo.cast(record) + index).dereference()


def show(record, frame_at):
    """Prints one goroutine."""
    name = record["name"].string()
    status = number(record["status"])
    print(f"goroutine {number(record['id'])} "
          f"[{STATUS.get(status, status)}]" + (f" {name}" if name else ""))
    pointer = int(record["context"]["sp_"])
    for depth, pc in enumerate(frames(pointer, frame_at)):
        # A return address belongs to the call before it, but for the first
        # of a goroutine that has not begun.
        print(f"  #{depth} {place(pc - 1 if depth else pc)}")


def main():
    """Prints the goroutines that wait or could run."""
    machine = gdb.selected_frame().architecture().name()
    frame_at = FRAME_AT.get(machine)
    if frame_at is None:
        return
    shown = 0
    for record in goroutines():
        if number(record["status"]) in (2, 6):   # running, dead
            continue
        if shown == SHOWN:
            print(f"goroutine ... and more; the first {SHOWN} are shown")
            return
        try:
            show(record, frame_at)
        except gdb.MemoryError:
            print("  #? its stack cannot be read")
        shown += 1


try:
    main()
except gdb.error:
    pass   # a program without the scheduler, or without its names
