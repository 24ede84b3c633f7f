using System.Text;
using FsCheck.Fluent;

namespace Meshlift.Tests.Migrating;

/// <summary>What an edit does to a file, byte by byte.</summary>
public sealed class LabelEditTests
{
    private const string Head = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n";

    [Theory]
    [InlineData("  labels:\n    istio-injection: enabled # since 2019\n    team: a\n", "  labels:\n    istio.io/rev: 1-30-3 # since 2019\n    team: a\n")]
    [InlineData("  labels: { team: a, \"istio-injection\": \"enabled\" }\n", "  labels: { team: a, \"istio.io/rev\": \"1-30-3\" }\n")]
    [InlineData("  labels:\n    istio-injection: enabled\n    istio.io/rev: 1-29-6\n", "  labels:\n    istio.io/rev: 1-30-3\n")]
    [InlineData("  labels:\n    'istio.io/rev': '1-29-6'   # ours\n    z: y", "  labels:\n    'istio.io/rev': '1-30-3'   # ours\n    z: y")]
    public void The_label_changes_and_no_other_byte(string before, string after)
    {
        Assert.Equal(Head + after, Migrate(Head + before));
        Assert.Equal((Head + after).Replace("\n", "\r\n", StringComparison.Ordinal), Migrate((Head + before).Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.Equal("\uFEFF" + Head + after, Migrate("\uFEFF" + Head + before));
        Assert.Equal("# c\n---\na: 1\n---\n" + Head + after, Migrate("# c\n---\na: 1\n---\n" + Head + before));
    }

    [Fact]
    public void A_file_of_JSON_stays_one()
    {
        const string before = """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"a":"b","istio-injection":"enabled"}}}""";
        var plan = Migrations.Plan(Migrations.Files(("ns.json", before)));
        Assert.Equal("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{"a":"b","istio.io/rev":"1-30-3"}}}""", Encoding.UTF8.GetString(Assert.Single(plan.Changes).Files["ns.json"].Span));
    }

    [Fact]
    public void Applying_twice_is_applying_once_and_only_the_told_lines_change() =>
        Prop.ForAll(
            Gen.Elements("istio-injection: enabled", "istio.io/rev: 1-29-6", "\"istio.io/rev\": '1-29-6'  # x", "istio-injection: enabled\n    istio.io/rev: prod").ToArbitrary(),
            Gen.Elements("", "    a: b\n", "    # comment\n    c: \"d\"\n", "    e: |\n      text\n").Two().ToArbitrary(),
            Gen.Elements("\n", "\r\n").ToArbitrary(),
            (label, around, lineBreak) =>
            {
                var text = $"# top\n{Head}  labels:\n{around.Item1}    {label}\n{around.Item2.Replace("c:", "x:", StringComparison.Ordinal).Replace("a:", "y:", StringComparison.Ordinal).Replace("e:", "z:", StringComparison.Ordinal)}spec: {{}} # end\n".Replace("\n", lineBreak, StringComparison.Ordinal);
                var files = Migrations.Files(("ns.yaml", text));
                var plan = Migrations.Plan(files);
                var merged = Migrations.Merged(files, plan);
                var edited = Encoding.UTF8.GetString(merged["ns.yaml"].Span);
                // Every line but those of the label stands as it did, in its order.
                var kept = (string all) => all.Split('\n').Where(line => !line.Contains("istio", StringComparison.Ordinal));
                return kept(text).SequenceEqual(kept(edited), StringComparer.Ordinal) && edited.Split('\n').Count(line => line.Contains("istio", StringComparison.Ordinal)) == 1
                    && edited.Contains("1-30-3", StringComparison.Ordinal) && Migrations.Plan(merged) is { Changes: [], ByHand: [] };
            }).Holds();

    private static string Migrate(string text)
    {
        var files = Migrations.Files(("ns.yaml", text));
        var plan = Migrations.Plan(files);
        Assert.Empty(plan.ByHand);
        return Encoding.UTF8.GetString(Migrations.Merged(files, plan)["ns.yaml"].Span);
    }
}
