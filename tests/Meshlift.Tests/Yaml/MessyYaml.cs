using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>Values, and documents as people write them: every style, comments, blank lines, odd indentation.</summary>
internal static class MessyYaml
{
    private static readonly string[] Words =
    [
        "a", "b", "name", "spec", "image", "istio.io/rev", "app.kubernetes.io/name", "1-30-3", "0", "8080", "0644", "1e3", "1_000", "12:30", "2001-01-01", "0x1F", ".5", "1e400",
        "y", "on", "No", "true", "null", "~", "", " ", "  lead", "trail ", "a: b", "a #b", "#x", "- x", "-", "---", "...", "--- x", "? x", "?", ": x", "*x", "&x", "!x", "%x", "@x", "`x", "=", "<<",
        "{a}", "[a]", "a,b", "it's", "say \"x\"", "back\\slash", "tab\there", "\ttab", "two\nlines", "two\nlines\n", "keep\n\n\n", "\nlead", "  in\nout", "\n", "\n\n", "x\n\ty\n", "x\n  \ny", "a\r\nb", "\r", "\u0085", "\u2028", "\ufeff",
        "\0", "\u0007", "\u007f", "é", "日本", "😀", "😀\n😀", "x\n---\ny", "x\n...\n", "# c\nx", "key: |\n  text\n", "http://x:80/y?z={a}&b=[c]", "${VAR}", "{{ .Values.x }}", "|", ">", "|-\n x",
    ];

    private static readonly SearchValues<char> FlowEnds = SearchValues.Create(",[]{}:");

    /// <summary>Strings that some YAML reader might take for something else.</summary>
    public static Gen<string> NastyString { get; } = Gen.Frequency(
        (6, Gen.Elements(Words)),
        (1, Gen.Elements(Words).ListOf().Select(words => string.Concat(words))),
        (1, ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => WithoutHalves(text.Get))));

    /// <summary>Values of every kind, a few levels deep; keys are unique.</summary>
    public static Gen<YamlNode> Node { get; } = Gen.Sized(size => Sized(Math.Min(size, 40), NastyString));

    /// <summary>Mappings with plain keys and values, for documents that are edited.</summary>
    public static Gen<YamlNode> Tame { get; } = Gen.Sized(size => Mapping(Math.Clamp(size, 6, 40), Gen.Frequency(
        (8, Gen.Elements("a", "b", "c", "name", "spec", "image", "istio.io/rev", "x y", "repo/web:1", "it's", "on", "8", "two\nlines\n", "two\nlines")),
        (1, NastyString))));

    /// <summary>Half a surrogate pair is no text, and FsCheck makes them.</summary>
    private static string WithoutHalves(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static Gen<YamlNode> Sized(int size, Gen<string> text)
    {
        var scalar = Scalar(text);
        if (size < 2) return scalar;
        return Gen.Frequency((4, scalar), (3, Mapping(size, text)), (2, Sequence(size, text)));
    }

    private static Gen<YamlNode> Scalar(Gen<string> text) => Gen.Frequency(
        (8, text.Select(value => (YamlNode)YamlScalar.String(value))),
        (1, Gen.Elements<long>(0, 1, -1, 420, long.MaxValue, long.MinValue).Select(value => (YamlNode)YamlScalar.Integer(value))),
        (1, Gen.Elements("1.5", "1e21", "-0.25", ".inf", ".nan", "99999999999999999999").Select(value => (YamlNode)YamlScalar.FromPlainText(value))),
        (1, Gen.Elements<YamlNode>(YamlScalar.Null, YamlScalar.Boolean(true), YamlScalar.Boolean(false), YamlMapping.Empty, new YamlSequence([]))));

    private static Gen<YamlNode> Mapping(int size, Gen<string> text) =>
        from count in Gen.Choose(1, 4)
        from keys in text.ArrayOf(count)
        from values in Sized(size / 3, text).ArrayOf(count)
        select (YamlNode)new YamlMapping([.. keys.Zip(values).DistinctBy(entry => entry.First, StringComparer.Ordinal).Select(entry => new YamlEntry(entry.First, entry.Second))]);

    private static Gen<YamlNode> Sequence(int size, Gen<string> text) =>
        from count in Gen.Choose(1, 4)
        from items in Sized(size / 3, text).ArrayOf(count)
        select (YamlNode)new YamlSequence([.. items]);

    /// <summary>Writes a value as a person might: the styles are picked at random, the value is kept.</summary>
    public static string Write(YamlNode root, int seed)
    {
        var writer = new Writer(new Random(seed));
        writer.Document(root);
        return writer.ToString();
    }

    private sealed class Writer(Random random)
    {
        private readonly StringBuilder _text = new();
        private readonly int _step = random.Next(1, 5);
        private readonly int _sequenceStep = random.Next(0, 3);

        public void Document(YamlNode root)
        {
            if (Chance(4)) _text.Append("# head\n");
            if (Chance(3)) _text.Append(Chance(2) ? "---\n" : "--- # start\n");
            switch (root)
            {
                case YamlMapping { Entries.IsEmpty: false } mapping when !Chance(12):
                    Mapping(mapping, 0, continued: false);
                    break;
                case YamlSequence { Items.IsEmpty: false } sequence when !Chance(12):
                    Sequence(sequence, 0, continued: false);
                    break;
                default:
                    _text.Append(Flow(root)).Append('\n');
                    break;
            }
            if (Chance(5)) _text.Append("# tail\n");
            if (Chance(6)) _text.Append("...\n");
        }

        public override string ToString() => _text.ToString();

        private void Mapping(YamlMapping mapping, int column, bool continued)
        {
            foreach (var (key, value, _) in mapping.Entries)
            {
                if (!continued) Between(column);
                _text.Append(continued ? "" : new string(' ', column)).Append(Quoted(key)).Append(Chance(15) ? " :" : ":");
                continued = false;
                Value(value, column, behindDash: false);
            }
        }

        private void Sequence(YamlSequence sequence, int column, bool continued)
        {
            foreach (var item in sequence.Items)
            {
                if (!continued) Between(column);
                _text.Append(continued ? "" : new string(' ', column)).Append('-');
                continued = false;
                Value(item, column, behindDash: true);
            }
        }

        private void Value(YamlNode value, int column, bool behindDash)
        {
            switch (value)
            {
                case YamlMapping { Entries.IsEmpty: false } mapping when !Chance(6):
                    if (behindDash && !Chance(6))
                    {
                        var gap = random.Next(1, 4);
                        _text.Append(' ', gap);
                        Mapping(mapping, column + 1 + gap, continued: true);
                        return;
                    }
                    Comment();
                    Mapping(mapping, column + _step, continued: false);
                    return;
                case YamlSequence { Items.IsEmpty: false } sequence when !Chance(6):
                    if (behindDash && !Chance(6))
                    {
                        _text.Append(' ');
                        Sequence(sequence, column + 2, continued: true);
                        return;
                    }
                    Comment();
                    Sequence(sequence, column + (behindDash ? _step : _sequenceStep), continued: false);
                    return;
                case YamlScalar { Kind: ScalarKind.Null } when Chance(2):
                    Comment();
                    return;
                case YamlScalar { Kind: ScalarKind.String } text when !Chance(3) && ScalarForm.IsLiteralBlock(text.Value, isLast: true):
                    Literal(text.Value, column);
                    return;
                default:
                    _text.Append(' ', random.Next(1, 3)).Append(Flow(value));
                    Comment();
                    return;
            }
        }

        private void Literal(string text, int column)
        {
            _text.Append(" |").Append(ScalarForm.NeedsIndentationIndicator(text) ? _step.ToString(System.Globalization.CultureInfo.InvariantCulture) : "")
                .Append(text.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : text.EndsWith('\n') ? "" : "-");
            Comment();
            foreach (var line in (text.EndsWith('\n') ? text[..^1] : text).Split('\n')) _text.Append(' ', line.Length == 0 ? 0 : column + _step).Append(line).Append('\n');
        }

        private void Between(int column)
        {
            // A blank line would become part of a block scalar that keeps its line breaks.
            if (Chance(12) && _text.Length > 0 && !_text.ToString().Contains('+', StringComparison.Ordinal)) _text.Append('\n');
            if (Chance(8)) _text.Append(' ', column).Append("# about: the next\n");
        }

        private void Comment() => _text.Append(Chance(6) ? "  # note\t'x\n" : Chance(12) ? " \n" : "\n");

        private string Flow(YamlNode node)
        {
            var blank = Chance(4) ? " " : "";
            return node switch
            {
                YamlMapping mapping => $"{{{blank}{string.Join(Chance(4) ? " , " : ", ", mapping.Entries.Select(entry => $"{InFlow(entry.Key)}: {Flow(entry.Value)}"))}{(mapping.Entries.Length > 0 && Chance(6) ? "," : "")}{blank}}}",
                YamlSequence sequence => $"[{blank}{string.Join(", ", sequence.Items.Select(Flow))}{(sequence.Items.Length > 0 && Chance(6) ? "," : "")}{blank}]",
                YamlScalar { Kind: ScalarKind.String } text => InFlow(text.Value),
                _ => ((YamlScalar)node).Value,
            };
        }

        private string InFlow(string text) => Quoted(text) is var quoted && quoted[0] is not ('"' or '\'') && quoted.AsSpan().ContainsAny(FlowEnds) ? ScalarForm.InQuotes(text, ScalarStyle.DoubleQuoted) : quoted;

        private string Quoted(string text) =>
            text.Length > 900 ? ScalarForm.SingleLine(text) : ScalarForm.InQuotes(text, random.Next(4) switch { 0 => ScalarStyle.SingleQuoted, 1 => ScalarStyle.DoubleQuoted, _ => ScalarStyle.Plain });

        private bool Chance(int oneIn) => random.Next(oneIn) == 0;
    }
}
