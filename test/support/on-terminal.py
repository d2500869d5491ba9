"""Runs a command on a new terminal. argv: JSON list of {expect, type}, then the command. Everything the terminal shows goes to stdout;
after each expected text appears its answer is typed. Ends with the command's status, or 99 when an expected text never came."""
import json
import os
import pty
import select
import signal
import sys
import time

LIMIT_SECONDS = 80  # less than runProgram waits

steps = json.loads(sys.argv[1])
child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

shown = b""
searched = 0
deadline = time.monotonic() + LIMIT_SECONDS
while True:
    ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
    if not ready:
        sys.stderr.write("the terminal stayed silent; still expected: %s\n" % [step["expect"] for step in steps])
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        sys.exit(99)
    try:
        data = os.read(terminal, 65536)
    except OSError:  # Linux says EIO when the last process closed the terminal
        data = b""
    if not data:
        break
    os.write(1, data)
    shown += data
    if steps:
        at = shown.find(steps[0]["expect"].encode(), searched)
        if at >= 0:
            searched = at + len(steps[0]["expect"].encode())
            os.write(terminal, steps.pop(0)["type"].encode())

_, status = os.waitpid(child, 0)
if steps:
    sys.stderr.write("never shown: %s\n" % [step["expect"] for step in steps])
    sys.exit(99)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
