using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>The types of plain scalars, held against the real kubectl.</summary>
public sealed class KubectlTypingTests
{
    // One text for one call of kubectl: the same in every run, so that what fails once fails again.
    private const string Words =
        "y Y yes Yes YES n N no No NO on On ON off Off OFF true True TRUE false False FALSE yEs tRUE oN ~ null Null NULL nULL = << 0 00 014 0644 08 09 0o14 0O14 0x1F 0X1F 0xg 0x 0b11 0B11 0b12 0b -0x1F +0x1F -0b11 -014 +014 "
        + "-0o14 +0o14 1_000 1__0 _1 1_ 0x_1F 0b1_1 -1_000 1_000.5 1e3 1E3 1e+3 1e-3 1.e3 .5 5. . -.5 +.5 +5 -5 +-5 --5 1.5 1.5e300 1e400 -1e400 1e-400 12:30 12:30:45 -12:30 1:2 190:20:30.15 2001-01-01 2001-01-01T00:00:00Z 2001-1-1 "
        + "inf nan Infinity NaN 9223372036854775807 9223372036854775808 18446744073709551615 18446744073709551616 -9223372036854775808 -9223372036854775809 99999999999999999999999 0x7FFFFFFFFFFFFFFF 0xFFFFFFFFFFFFFFFF "
        + "0x10000000000000000 0777777777777777777777 02000000000000000000000 -0x8000000000000001 0b1111111111111111111111111111111111111111111111111111111111111111 0b11111111111111111111111111111111111111111111111111111111111111111 "
        + "-0 -0.0 0e0 00.5 01.5 1,000 0.1e1 1e 1e+ e3 .e3 ._5 .5_0 .5_ 1._5 1e1_0 0x1.8p1 0x1p-2 0o 0o8 0o_7 1.2.3 1-30-3 0_1 -_1 -_ 685_230.15 1f 1L true1 ok ye";

    [KubectlFact]
    public async Task Plain_texts_have_the_types_that_kubectl_gives_them()
    {
        // Random texts of the characters that numbers and booleans are made of, always the same ones.
        var random = new Random(42);
        var texts = Words.Split(' ').Concat(Enumerable.Range(0, 4000).Select(_ => string.Concat(random.GetItems("0123456789__..+-eExXobBnNyY~fFaA".AsSpan(), random.Next(1, 7))))).Distinct(StringComparer.Ordinal)
            .Where(text => text != "-" && text.TrimStart('+', '-').ToUpperInvariant() is not (".INF" or ".NAN")).ToList();
        var manifest = Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: Test\nmetadata: {{name: x}}\nvalues:\n{string.Concat(texts.Select(text => $"- {text}\n"))}");
        var theirs = (await KubectlReading.ReadAsync(manifest)).GetProperty("values");
        var ours = ((YamlSequence)((YamlMapping)YamlReader.Read(manifest)!)["values"]!).Items;
        var different = texts.Where((text, i) => !IsSame((YamlScalar)ours[i], theirs[i])).ToList();
        Assert.Empty(different);
    }

    [KubectlFact]
    public async Task Plain_keys_become_the_texts_that_kubectl_gives_them()
    {
        string[] keys = ["1", "-1", "true", "y", "Yes", "on", "no", "OFF", "0x1F", "014", "0o14", "0b11", "1_000", "123456789012", "2001-01-01", "12:30", "yEs", "=", "1-30-3", "!!str 5", "!!int \"5\"", "!!bool \"yes\"", "!foo x", "'on'", "\"1e3\"", "a b"];
        var manifest = Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: Test\nmetadata: {{name: x}}\nvalues:\n{string.Concat(keys.Select(key => $"- {key}: v\n"))}");
        var theirs = (await KubectlReading.ReadAsync(manifest)).GetProperty("values").EnumerateArray().Select(item => item.EnumerateObject().Single().Name);
        var ours = ((YamlSequence)((YamlMapping)YamlReader.Read(manifest)!)["values"]!).Items.Select(item => ((YamlMapping)item).Entries[0].Key);
        Assert.Equal(theirs, ours, StringComparer.Ordinal);
    }

    [KubectlFact]
    public async Task Tagged_values_have_the_types_that_kubectl_gives_them()
    {
        string[] values = ["!!str 5", "!!str true", "!!str", "!!str ~", "!!int 5", "!!int \"5\"", "!!int \"0o14\"", "!!float 5", "!!float \"1.5\"", "!!bool yes", "!!null \"\"", "!!null ~", "!!timestamp 2001-01-01", "!foo 5", "!foo \"5\"", "! 5", "!!foo 5", "!!set {a, b}", "!!map {a: 1}", "!!omap [a: 1]", "!<tag:yaml.org,2002:str> 5"];
        var manifest = Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: Test\nmetadata: {{name: x}}\nvalues:\n{string.Concat(values.Select(value => $"- {value}\n"))}");
        var theirs = (await KubectlReading.ReadAsync(manifest)).GetProperty("values");
        Assert.True(IsSame(((YamlMapping)YamlReader.Read(manifest)!)["values"]!, theirs));
    }

    [KubectlFact]
    public async Task Documents_of_every_style_read_as_they_do_in_kubectl()
    {
        var generator = from node in MessyYaml.Node from seed in Gen.Choose(0, 1 << 30) select (node, seed);
        // Infinity is no JSON, and control characters stand in the text as escapes.
        var documents = generator.Sample(numberOfSamples: 400, seed: PropertyChecks.Seed, size: 60).Where(document => !Text(document.node).Contains(".inf", StringComparison.Ordinal) && !Text(document.node).Contains(".nan", StringComparison.Ordinal)).ToList();
        // Each document is indented below its own key; what belongs to a document as a whole is left out.
        var texts = documents.Select(document => MessyYaml.Write(new YamlMapping([new YamlEntry("k", document.node)]), document.seed).Split('\n'))
            .Select(lines => string.Join('\n', lines.Where(line => line != "..." && !line.StartsWith("---", StringComparison.Ordinal)).Select(line => line.Length == 0 ? line : "   " + line))).ToList();
        var manifest = Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: Test\nmetadata: {{name: x}}\nvalues:\n{string.Concat(texts.Select(text => $" -\n{text.TrimEnd('\n')}\n"))}");
        var theirs = (await KubectlReading.ReadAsync(manifest)).GetProperty("values");
        var ours = ((YamlMapping)YamlReader.Read(manifest)!)["values"]!;
        Assert.True(IsSame(ours, theirs));
    }

    private static string Text(YamlNode node) => Encoding.UTF8.GetString(CanonicalYaml.Write(node).Span);

    /// <summary>Equal as JSON: kubectl has turned <c>1.0</c> into <c>1</c>, and rounds whole numbers beyond 53 bits where they are not signed 64-bit ones.</summary>
    internal static bool IsSame(YamlNode ours, JsonElement theirs) => (ours, theirs.ValueKind) switch
    {
        (YamlMapping mapping, JsonValueKind.Object) => mapping.Entries.Length == theirs.EnumerateObject().Count() && mapping.Entries.All(entry => theirs.TryGetProperty(entry.Key, out var other) && IsSame(entry.Value, other)),
        (YamlSequence sequence, JsonValueKind.Array) => sequence.Items.Length == theirs.GetArrayLength() && sequence.Items.Zip(theirs.EnumerateArray()).All(pair => IsSame(pair.First, pair.Second)),
        (YamlScalar { Kind: ScalarKind.String } text, JsonValueKind.String) => text.Value == theirs.GetString(),
        (YamlScalar { Kind: ScalarKind.Null }, JsonValueKind.Null) => true,
        (YamlScalar { Kind: ScalarKind.Boolean, Value: "true" }, JsonValueKind.True) => true,
        (YamlScalar { Kind: ScalarKind.Boolean, Value: "false" }, JsonValueKind.False) => true,
        (YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } number, JsonValueKind.Number) => double.Parse(number.Value, CultureInfo.InvariantCulture) == theirs.GetDouble(),
        _ => false,
    };
}
