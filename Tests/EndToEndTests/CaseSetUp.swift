/// The shell's words for a case of level 4, and those who meet there.
///
/// A product with its repository at `$REPO`, customer acme with Carl, agent Bob and engineer Eve,
/// and their tokens. What calls it says before how `init` makes the instance.
let caseSetUp = """
    quiet() { mainstay "$@" >/dev/null; }
    as() { MAINSTAY_TOKEN=$(cat $1.token); export MAINSTAY_TOKEN; echo "-- $1"; }
    me() { unset MAINSTAY_TOKEN; echo "-- me"; }
    digest() { mainstay case preview "$@" --json | grep -o '"sha256":"[0-9a-f]*","state":"held"' \\
      | tail -1 | cut -c11-26; }
    init
    quiet product new MST --name Server
    quiet product repository MST "$REPO"
    quiet product scan MST
    quiet customer new acme --name "Acme Ltd"
    quiet account new bob --name "Bob Quist"
    quiet account grant bob agent
    quiet account new eve --name "Eve Ode"
    quiet account grant eve engineer
    quiet account new carl --name "Carl Berger" --customer acme
    quiet account grant carl customer --customer acme
    for name in bob eve carl; do mainstay token new test --account $name | tail -1 > $name.token; done

    """
