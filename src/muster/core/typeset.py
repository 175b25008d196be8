"""The child of `pdf.render`: reads its order as JSON, writes the PDF. A process of its own, because Typst keeps what it
has set in memory (hundreds of megabytes after a long table) for as long as the process lives."""

import json
import sys


def main() -> None:
    import typst  # noqa: PLC0415 - not in the process that asks

    order = json.loads(sys.stdin.buffer.read())
    try:
        made = typst.compile(
            order["template"],
            root=order["root"],
            font_paths=[order["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"data": order["data"]},
            format="pdf",
        )
    except typst.TypstError as error:
        sys.exit(f"{error} {error.diagnostic}")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
