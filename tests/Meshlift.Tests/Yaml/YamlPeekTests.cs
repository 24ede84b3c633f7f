using System.Text;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>Whenever a peek answers, a full reading says the same.</summary>
public sealed class YamlPeekTests
{
    private static readonly string[] Paths = ["apiVersion", "kind", "metadata.name", "metadata.namespace", "name", "spec.name"];

    [Theory]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata:\n  name: istiod # main\n  namespace: 'istio-system'\nspec:\n  name: other\n", "v1", "Service", "istiod", "istio-system")]
    [InlineData("---\r\n# c\r\nkind: \"Service\"\r\nmetadata:   # c\r\n    labels:\r\n        name: wrong\r\n    name: x\r\n", null, "Service", "x", null)]
    [InlineData("kind: K\nitems:\n- metadata:\n    name: wrong\n- kind: wrong\nmetadata:\n  ownerReferences:\n  - name: wrong\n    kind: wrong\n  name: right\n", null, "K", "right", null)]
    [InlineData("kind: K\ntext: |\n  kind: wrong\n  metadata:\n    name: wrong\n", null, "K", null, null)]
    [InlineData("\uFEFFkind: K\n", null, "K", null, null)]
    public void Scalars_on_their_keys_line_are_found(string text, string? apiVersion, string? kind, string? name, string? space) =>
        Assert.Equal((string?[])[apiVersion, kind, name, space], YamlPeek.Scalars(Encoding.UTF8.GetBytes(text), "apiVersion", "kind", "metadata.name", "metadata.namespace")!);

    [Theory]
    [InlineData("{kind: K}\n")]
    [InlineData("kind: &x K\n")]
    [InlineData("kind: !!str K\n")]
    [InlineData("kind: \"K\\u0041\"\n")]
    [InlineData("kind: on\n")]
    [InlineData("kind: 1e3\n")]
    [InlineData("kind: K\n  continued\n")]
    [InlineData("kind: |\n  K\n")]
    [InlineData("kind:\n  K\n")]
    [InlineData("? kind\n: K\n")]
    [InlineData("metadata: {name: x}\nkind: K\n")]
    [InlineData("<<: *x\nkind: K\n")]
    [InlineData("kind: K\nkind: L\n")]
    [InlineData("'kind': K\n")]
    [InlineData("text: \"a\nkind: wrong\n  b\"\nkind: K\n")]
    [InlineData("text: 'a\n\nkind: wrong'\n")]
    [InlineData("text: \"a\n  b\"\nkind: K\n")]
    [InlineData("text: [a,\nkind: wrong\n]\n")]
    [InlineData("text: [a,\n  b]\nkind: K\n")]
    [InlineData("metadata:\n  text: \"a\n  name: wrong\"\nkind: K\n")]
    [InlineData("metadata:\n  text: {a: b,\n  name: wrong}\nkind: K\n")]
    [InlineData("kind: K\ntrue: y\n")]
    [InlineData("metadata:\n  &a name: x\nkind: K\n")]
    [InlineData("metadata:\n  name:\n    x\nkind: K\n")]
    [InlineData("metadata: &m\n  name: x\nkind: K\n")]
    [InlineData("metadata:\n  <<: {name: y}\nkind: K\n")]
    [InlineData("metadata:\n  <<: {name: y}\n  labels: {}\nkind: K\n")]
    [InlineData("metadata: |\n  name: wrong\nkind: K\n")]
    [InlineData("metadata:\n- name: wrong\nkind: K\n")]
    [InlineData("metadata:\n  - name: wrong\nkind: K\n")]
    [InlineData("metadata:\n  text\nkind: K\n")]
    [InlineData("metadata: text\n  name: wrong\nkind: K\n")]
    [InlineData("metadata:\n    labels: {}\n  name: wrong\nkind: K\n")]
    [InlineData("kind: K\u2028name: x\n")]
    [InlineData("text: a\u2028kind: K\n")]
    [InlineData("text: a\rkind: K\n")]
    [InlineData("kind: K\rname: x\n")]
    [InlineData("metadata:\n  text: a\u0085  name: x\nkind: K\n")]
    [InlineData("# comment\rkind: K\n")]
    [InlineData("kind: K\ntext: &a |\n kind: L\n")]
    [InlineData("kind: K\n...\nkind: L\n")]
    [InlineData("kind: K\n---\nkind: L\n")]
    [InlineData("--- {kind: K}\n")]
    [InlineData("kind: 'K' 'L'\n")]
    [InlineData("kind: K # c\n  more\n")]
    [InlineData("metadata:\n  name: x\n   more\nkind: K\n")]
    [InlineData("metadata:\n  name: x\n  labels:\n  - name: y\nkind: K\n")]
    [InlineData("kind : K\n")]
    [InlineData("kind: K\n\tname: x\n")]
    [InlineData("\tkind: K\n")]
    [InlineData("kind:\tK\n")]
    [InlineData("%YAML 1.1\n---\nkind: K\n")]
    [InlineData("kind: K\nmetadata.name: wrong\n")]
    public void Whatever_could_be_mistaken_is_not_answered_wrongly(string text) => Agrees(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Documents_of_every_style_are_not_mistaken() => Prop.ForAll(
        MessyYaml.Tame.ToArbitrary(), Gen.Choose(0, 1 << 30).ToArbitrary(), (node, seed) =>
        {
            // The names that are asked for, at the top and one level deep.
            var renamed = Rename(node, ["kind", "metadata", "spec", "name", "apiVersion", "namespace"], seed);
            Agrees(Encoding.UTF8.GetBytes(MessyYaml.Write(renamed, seed)));
        }).Holds(3000, 60);

    [Fact]
    public void Pieces_of_yaml_in_any_order_are_not_mistaken()
    {
        string[] pieces = [.. YamlReaderFuzzTests.Pieces, "kind: K\n", "metadata:\n", "  name: x\n", "  labels:\n", "    name: y\n", "- name: z\n", "name: w\n", "spec: ", "text: \"a\n", "text: |\n", "{kind: K}", "metadata: {name: x}\n", " b\"\n", "text: [a,\n"];
        Prop.ForAll(Gen.Elements(pieces).ListOf().Select(parts => string.Concat(parts)).ToArbitrary(), text => { Agrees(Encoding.UTF8.GetBytes(text)); }).Holds(10_000, 15);
    }

    [IstioDataFact]
    public void Nearly_all_real_documents_are_answered_and_none_wrongly()
    {
        var (all, answered) = (0, 0);
        Parallel.ForEach(IstioData.YamlFiles, file =>
        {
            foreach (var (utf8, line) in IstioData.Documents(IstioData.Read(file)))
            {
                if (YamlDocumentReader.IsEmpty(utf8)) continue;
                var isAnswered = Agrees(utf8, $"{file}:{line}");
                if (!file.StartsWith("manifests/", StringComparison.Ordinal) && !file.StartsWith("goldens/", StringComparison.Ordinal)) continue;
                Interlocked.Increment(ref all);
                if (isAnswered) Interlocked.Increment(ref answered);
            }
        });
        Assert.True(answered > 0.99 * all, $"{answered} of {all} documents of rendered streams were answered");
    }

    private static YamlNode Rename(YamlNode node, string[] names, int seed, int depth = 0) => node is not YamlMapping mapping || depth > 1
        ? node
        : new YamlMapping([.. mapping.Entries.Select((entry, i) => new YamlEntry(i % 2 == 0 ? names[(seed + i + depth) % names.Length] : entry.Key, Rename(entry.Value, names, seed, depth + 1))).DistinctBy(entry => entry.Key, StringComparer.Ordinal)]);

    /// <returns>True when the peek answered.</returns>
    private static bool Agrees(byte[] utf8, string where = "")
    {
        if (YamlPeek.Scalars(utf8, Paths) is not { } values) return false;
        YamlNode? root;
        try
        {
            root = YamlReader.Read(utf8);
        }
        catch (YamlSyntaxException)
        {
            // Who reads it next will say so.
            return true;
        }
        foreach (var (path, value) in Paths.Zip(values))
        {
            var found = path.Split('.').Aggregate(root, (node, key) => (node as YamlMapping)?[key]);
            Assert.True(value is null ? found is null : value == (found as YamlScalar)?.AsString, $"{where} {path}: peek says {value ?? "nothing"}, a reading {found}\n{(utf8.Length < 2000 ? Encoding.UTF8.GetString(utf8) : "")}");
        }
        return true;
    }
}
