using System.Text;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>Scalar styles and merge keys, held against the real kubectl.</summary>
public sealed class KubectlStyleTests
{
    private const string Head = "apiVersion: v1\nkind: Test\nmetadata: {name: x}\n";

    [KubectlFact]
    public async Task Scalars_of_all_styles_read_as_they_do_in_kubectl()
    {
        string[] scalars =
        [
            "plain", "a\n   b\n\n   c # note", "'it''s\n   two\n\n   lines'", "\"esc \\t \\\\ \\\" \\x41 \\u00e9 \\U0001F600 \\0 \\e \\N \\_ \\L \\P\"", "\"fold\n   ed\\\n   joined\\n\"", "\" a \"",
            "|\n   a\n     b\n\n   c\n", "|-\n   a\n", "|+\n   a\n\n", "|2\n     a\n   b\n", "|2-\n    a", ">\n   a\n   b\n\n   c\n     d\n   e\n", ">-\n   a\n   b\n", ">+\n   a\n\n\n", ">1\n    a\n  b\n", "|\n\n\n   a\n", "|  # note\n   # text\n",
            "|-\n   \n   a", ">\n\n   a\n", "'#x'", "a#b", "a:b", "[a, 'b', \"c\", {d: e, f: }, [], {}]", "{a: [1, 2,], b: {c: d}, \"e\":f, ? g : h}", "http://x:80/", "&a x", "\n - 1\n - 2", "\n   a: 1\n   b:\n   - c\n   -\n   - - d\n     - e",
            "é 日本 😀", "\u00a0x\u00a0", "a\u200bb", "-x", "--", ":x", "?x", "x%",
        ];
        var manifest = Encoding.UTF8.GetBytes($"{Head}values:\n{string.Concat(scalars.Select((scalar, i) => $" k{i}: {scalar}\n"))}");
        var theirs = (await Kubectl.ReadAsync(manifest)).GetProperty("values");
        var ours = (YamlMapping)((YamlMapping)YamlReader.Read(manifest)!)["values"]!;
        Assert.Empty(scalars.Where((_, i) => !KubectlTypingTests.IsSame(ours[$"k{i}"]!, theirs.GetProperty($"k{i}"))));
    }

    [KubectlFact]
    public async Task A_merge_that_is_accepted_means_the_same_to_kubectl_and_kustomize()
    {
        string[] merges = ["<<: *x", "<<: *x\n  a: 5", "<<: [*x, *y]", "<<: [*y, *x]\n  c: 7", "<<: {a: 4}", "<<: &s [*x]", "a: 1\n  <<: *x", "c: 3\n  <<: [*y, *x]\n  d: 4", "<<: *x\n  b: {z: 1}", "<<: [{a: 4}, *x]", "<<: []"];
        var manifest = Encoding.UTF8.GetBytes($"{Head}x: &x {{a: 1, b: 2}}\ny: &y {{a: 9, c: 3}}\nvalues:\n{string.Concat(merges.Select((merge, i) => $" k{i}:\n  {merge}\n"))}");
        var ours = ((YamlMapping)YamlReader.Read(manifest)!)["values"]!;
        Assert.True(KubectlTypingTests.IsSame(ours, (await Kubectl.ReadAsync(manifest)).GetProperty("values")));
        // kustomize leaves a merge from brackets as it is, which means the same to whoever reads it next.
        Assert.Equal(ours, ((YamlMapping)YamlReader.Read(await Kubectl.KustomizeAsync(manifest))!)["values"]!, YamlEquality.Instance);
    }

    [KubectlFact]
    public async Task What_kubectl_refuses_is_refused()
    {
        string[] broken =
        [
            "a: b: c", "a: [1", "a: {b", "a: 'x", "a: \"x", "a: \"\\q\"", "a: *nope", "a: &v [*v]", "a:\n\tb: 1", "a: @x", "a: `x", "a: %x", "- a\nb: c", "a: }", "a: \"\u0007\"", "a: \u007f", "a: \u0080", "a: \ufffe", "a: \"\\ud800\"",
            "[a]: b", "{a: 1}: b", "~: b", ": b", "<<: x", "<<:", "a: !!int x", "a: !!bool 1", "a: |0\n x", "a: >-+", "a: x\nb", "a: \"x\"y", "? [a]\n: b",
        ];
        await Parallel.ForEachAsync(broken, async (text, _) =>
        {
            Assert.Throws<YamlSyntaxException>(() => YamlReader.Read(text + "\n"));
            await Assert.ThrowsAsync<InvalidOperationException>(() => Kubectl.ReadAsync(Encoding.UTF8.GetBytes($"{Head}{text}\n")));
        });
    }
}
