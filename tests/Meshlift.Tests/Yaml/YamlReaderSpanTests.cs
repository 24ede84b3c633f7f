using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>A span is exactly the text that was written: read alone, it is the same value again.</summary>
public sealed class YamlReaderSpanTests
{
    [Fact]
    public void The_span_of_a_value_is_the_text_that_was_written() => Prop.ForAll(
        MessyYaml.Node.ToArbitrary(), Gen.Choose(0, 1 << 30).ToArbitrary(), (node, seed) =>
        {
            var text = MessyYaml.Write(node, seed);
            if (YamlReader.Read(text) is { } root) Check(text, root);
        }).Holds(1000, 60);

    [IstioDataFact]
    public void The_spans_of_real_files_are_the_texts_that_were_written() => Parallel.ForEach(IstioData.YamlFiles.Where(file => !file.StartsWith("traps/dup", StringComparison.Ordinal)), file =>
    {
        foreach (var (utf8, _) in IstioData.Documents(IstioData.Read(file)).Where(document => document.Utf8.Length < 10_000).TakeLast(3))
            if (YamlReader.Read(utf8) is { } root)
                Check(System.Text.Encoding.UTF8.GetString(utf8), root);
    });

    [Theory]
    [InlineData("a: [b: 1, c]\n", "b: 1")]
    [InlineData("a: [b: 1]\n", "b: 1")]
    [InlineData("a: [? b : 1, c]\n", "b : 1")]
    [InlineData("a: [b: {c: 1}, d]\n", "b: {c: 1}")]
    [InlineData("a: [b: , d]\n", "b: ")]
    public void A_pair_in_brackets_ends_with_its_value(string text, string pair)
    {
        var item = ((YamlSequence)((YamlMapping)YamlReader.Read(text)!)["a"]!).Items[0];
        Assert.Equal(pair, text[item.Span!.Value.Start.Offset..item.Span.Value.End.Offset]);
    }

    [Fact]
    public void Positions_count_in_the_whole_stream_as_an_editor_shows_them()
    {
        var stream = "\uFEFFa: 1\n---\n# c\nb:\n- é: 😀\n  c: d\n"u8.ToArray();
        var places = new List<string>();
        foreach (var (utf8, line) in IstioData.Documents(stream))
            Visit(YamlReader.Read(utf8, firstLine: line)!, node => places.Add($"{node.Span!.Value.Start}-{node.Span.Value.End}"));
        Assert.Equal(["1:1-1:5", "1:4-1:5", "4:1-6:7", "5:1-6:7", "5:3-6:7", "5:6-5:8", "6:6-6:7"], places);
    }

    private static void Check(string text, YamlNode root) => Visit(root, node =>
    {
        var span = node.Span!.Value;
        var written = text[span.Start.Offset..span.End.Offset];
        Assert.Equal(text[..span.Start.Offset].Count(c => c == '\n') + 1, span.Start.Line);
        switch (node)
        {
            case YamlScalar { Kind: ScalarKind.Null } when written.Length == 0:
                return;
            case YamlScalar { Style: ScalarStyle.Literal or ScalarStyle.Folded }:
                Assert.Equal(node is YamlScalar { Style: ScalarStyle.Literal } ? '|' : '>', written[0]);
                Assert.Equal(0, span.End.Offset == text.Length ? 0 : span.End.Column - 1);
                return;
            case YamlMapping { IsFlow: false } or YamlSequence { IsFlow: false }:
                // The indentation of the first line is that of the others.
                written = new string(' ', span.Start.Column - 1) + written;
                break;
        }
        Assert.True(YamlEquality.Instance.Equals(node, YamlReader.Read(written)), $"{span.Start}: «{written}»");
    });

    private static void Visit(YamlNode node, Action<YamlNode> visit)
    {
        visit(node);
        if (node is YamlMapping mapping)
            foreach (var entry in mapping.Entries) Visit(entry.Value, visit);
        if (node is YamlSequence sequence)
            foreach (var item in sequence.Items) Visit(item, visit);
    }
}
