from muster.web.cli import main

main()
