using System.Text;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>The one form that generated files have.</summary>
public sealed class CanonicalYamlTests
{
    // One text for one call of kubectl: the same in every run, so that what fails once fails again.
    [Fact]
    public void The_form_is_what_the_design_says()
    {
        var root = YamlReader.Read("""
            spec: {replicas: 3, empty: {}, none: [], "on": "yes", list: [1, {b: 2, a: [x, [w, z]]}, []], ratio: 1.50, text: "a\nb\n", script: "x\n  y", keep: "a\n\n", lead: "  a\nb\n"}
            metadata: {name: istiod, labels: {z: "1", a: "2001-01-01", b: "12:30", c: 'say "x"', d: "it's", e: "tab\tx", f: "", g: "a: b", h: "#x", i: "null", j: é}}
            kind: Service
            apiVersion: v1
            """)!;
        Assert.Equal("""
            apiVersion: v1
            kind: Service
            metadata:
              labels:
                a: "2001-01-01"
                b: "12:30"
                c: say "x"
                d: it's
                e: "tab\tx"
                f: ""
                g: "a: b"
                h: "#x"
                i: "null"
                j: é
                z: "1"
              name: istiod
            spec:
              empty: {}
              keep: |+
                a

              lead: |2
                  a
                b
              list:
              - 1
              - a:
                - x
                - - w
                  - z
                b: 2
              - []
              none: []
              "on": "yes"
              ratio: 1.5
              replicas: 3
              script: |-
                x
                  y
              text: |
                a
                b

            """, Text(root, "apiVersion", "kind", "metadata"));
    }

    [Fact]
    public void What_is_written_is_read_back_the_same() => Prop.ForAll(MessyYaml.Node.ToArbitrary(), node =>
    {
        var text = Text(node);
        var back = YamlReader.Read(text)!;
        if (!YamlEquality.Instance.Equals(node, back)) throw new InvalidOperationException(text);
        Assert.Equal(text, Text(back));
    }).Holds(3000, 60);

    [Fact]
    public void The_form_depends_on_the_value_alone() => Prop.ForAll(MessyYaml.Node.ToArbitrary(), Gen.Choose(0, 1 << 30).ToArbitrary(), (node, seed) =>
    {
        Assert.Equal(Text(node), Text(Shuffled(node, new Random(seed))));
        Assert.Equal(Text(node), Text(YamlReader.Read(MessyYaml.Write(node, seed))!));
    }).Holds(1000, 60);

    [Fact]
    public void A_file_ends_with_one_line_break_and_lines_without_blanks() => Prop.ForAll(MessyYaml.Node.ToArbitrary(), node =>
    {
        var text = Text(node);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        if (text.EndsWith("\n\n", StringComparison.Ordinal) || text.Contains('\r', StringComparison.Ordinal)) throw new InvalidOperationException(text);
        // Blanks at the end of a line are those of a text that is carried as it is.
        var carried = Strings(node).SelectMany(value => value.Split('\n')).Where(line => line.EndsWith(' ') || line.EndsWith('\t')).Select(line => line.TrimStart()).ToHashSet(StringComparer.Ordinal);
        Assert.All(text.Split('\n').Where(line => line.EndsWith(' ') || line.EndsWith('\t')), line => Assert.Contains(carried, value => line.EndsWith(value, StringComparison.Ordinal)));
        Assert.Equal(-1, text.AsSpan().IndexOfAny("\u0085\u2028\u2029\ufeff"));
    }).Holds(2000, 60);

    [Fact]
    public void Keys_beyond_the_length_that_yaml_allows_are_marked()
    {
        var key = new string('k', 5000) + ": #";
        var node = new YamlMapping([new YamlEntry(key, new YamlMapping([new YamlEntry(new string('é', 1500), new YamlSequence([YamlScalar.String("a\nb\n")]))])), new YamlEntry("short", YamlScalar.Null)]);
        Assert.Equal(node, (YamlMapping)YamlReader.Read(Text(node))!, YamlEquality.Instance);
    }

    [Theory]
    [InlineData("a\n\n", false)]
    [InlineData("a\n", true)]
    public void A_text_that_ends_in_blank_lines_is_quoted_at_the_end_of_a_file_only(string value, bool isBlock)
    {
        var text = Text(new YamlMapping([new YamlEntry("a", YamlScalar.String(value)), new YamlEntry("b", YamlScalar.String(value))]));
        Assert.StartsWith("a: |", text, StringComparison.Ordinal);
        Assert.Equal(isBlock, text.Contains("b: |", StringComparison.Ordinal));
        Assert.False(text.EndsWith("\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CanonicalYaml.Write(YamlScalar.String("a\ud83d")));
        Assert.Throws<ArgumentException>(() => CanonicalYaml.Write(YamlScalar.String("two\nlines \ude00")));
        Assert.Throws<ArgumentException>(() => CanonicalYaml.Write(new YamlMapping([new YamlEntry("\udc00", YamlScalar.Null)])));
    }

    [IstioDataFact]
    public void Real_documents_are_written_and_read_back_the_same() => Parallel.ForEach(IstioData.YamlFiles.Where(file => !file.StartsWith("manifests/", StringComparison.Ordinal) || file.StartsWith("manifests/1.30.3/", StringComparison.Ordinal)), file =>
    {
        foreach (var (utf8, line) in IstioData.Documents(IstioData.Read(file)))
        {
            try
            {
                if (YamlReader.Read(utf8) is not { } root) continue;
                var text = CanonicalYaml.Write(root, "apiVersion", "kind", "metadata");
                Assert.True(YamlEquality.Instance.Equals(root, YamlReader.Read(text.Span)), $"{file}:{line}");
            }
            catch (YamlSyntaxException e)
            {
                Assert.Contains("stands twice", e.Message, StringComparison.Ordinal);
            }
        }
    });

    [KubectlFact]
    public async Task Strings_reach_kubectl_and_kustomize_unchanged()
    {
        var strings = MessyYaml.NastyString.Sample(numberOfSamples: 600, seed: PropertyChecks.Seed, size: 30).Concat(Enumerable.Range(0, 0x2100).Where(c => c is < 0x100 or > 0x2000).Select(c => $"{(char)c}a{(char)c}")).Distinct(StringComparer.Ordinal).ToList();
        var manifest = CanonicalYaml.Write(ConfigMap(strings), "apiVersion", "kind", "metadata");
        var kubectl = (await KubectlReading.ReadAsync(manifest)).GetProperty("data");
        Assert.Empty(strings.Where((text, i) => kubectl.GetProperty($"k{i}").GetString() != text));
        // kustomize reads all of them, but its own writer fails on these, escaped or not.
        strings.RemoveAll(text => text.Any(c => c is '\u007f' or (>= '\u0080' and <= '\u009f') or '\ufffe' or '\uffff'));
        manifest = CanonicalYaml.Write(ConfigMap(strings), "apiVersion", "kind", "metadata");
        var kustomize = (YamlMapping)((YamlMapping)YamlReader.Read(await KubectlReading.KustomizeAsync(manifest))!)["data"]!;
        Assert.Empty(strings.Where((text, i) => (kustomize[$"k{i}"] as YamlScalar)?.AsString != text));
    }

    [KubectlFact]
    public async Task Keys_reach_kubectl_unchanged()
    {
        var keys = MessyYaml.NastyString.Sample(numberOfSamples: 300, seed: PropertyChecks.Seed, size: 30).Distinct(StringComparer.Ordinal).Where(key => key.Length < 900).ToList();
        var manifest = CanonicalYaml.Write(new YamlMapping(
        [
            new YamlEntry("apiVersion", YamlScalar.String("v1")), new YamlEntry("kind", YamlScalar.String("Test")), new YamlEntry("metadata", YamlReader.Read("name: x")!),
            new YamlEntry("keys", new YamlMapping([.. keys.Select(key => new YamlEntry(key, YamlScalar.Integer(1)))])),
        ]));
        Assert.Equal(keys.Order(StringComparer.Ordinal), (await KubectlReading.ReadAsync(manifest)).GetProperty("keys").EnumerateObject().Select(key => key.Name).Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [KubectlFact]
    public async Task Values_of_every_kind_reach_kubectl_unchanged()
    {
        var nodes = MessyYaml.Node.Sample(numberOfSamples: 300, seed: PropertyChecks.Seed, size: 40).Where(node => !Text(node).Contains(".inf", StringComparison.Ordinal) && !Text(node).Contains(".nan", StringComparison.Ordinal)).ToList();
        var manifest = CanonicalYaml.Write(new YamlMapping(
        [
            new YamlEntry("apiVersion", YamlScalar.String("v1")), new YamlEntry("kind", YamlScalar.String("Test")), new YamlEntry("metadata", YamlReader.Read("name: x")!), new YamlEntry("values", new YamlSequence([.. nodes])),
        ]));
        Assert.True(KubectlTypingTests.IsSame(new YamlSequence([.. nodes]), (await KubectlReading.ReadAsync(manifest)).GetProperty("values")));
    }

    private static YamlMapping ConfigMap(IReadOnlyList<string> strings) => new(
    [
        new YamlEntry("apiVersion", YamlScalar.String("v1")), new YamlEntry("kind", YamlScalar.String("ConfigMap")), new YamlEntry("metadata", YamlReader.Read("name: x")!),
        new YamlEntry("data", new YamlMapping([.. strings.Select((text, i) => new YamlEntry($"k{i}", YamlScalar.String(text)))])),
    ]);

    private static string Text(YamlNode node, params string[] leadingKeys) => Encoding.UTF8.GetString(CanonicalYaml.Write(node, leadingKeys).Span);

    private static YamlNode Shuffled(YamlNode node, Random random)
    {
        switch (node)
        {
            case YamlMapping mapping:
                var entries = mapping.Entries.Select(entry => new YamlEntry(entry.Key, Shuffled(entry.Value, random))).ToArray();
                random.Shuffle(entries);
                return new YamlMapping([.. entries]);
            case YamlSequence sequence:
                return new YamlSequence([.. sequence.Items.Select(item => Shuffled(item, random))]);
            default:
                return node;
        }
    }

    private static IEnumerable<string> Strings(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping.Entries.SelectMany(entry => Strings(entry.Value)),
        YamlSequence sequence => sequence.Items.SelectMany(Strings),
        _ => [((YamlScalar)node).Value],
    };
}
