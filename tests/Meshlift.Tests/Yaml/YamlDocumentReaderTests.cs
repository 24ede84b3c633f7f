using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>Streams are cut at markers only, and nothing of them is lost.</summary>
public sealed partial class YamlDocumentReaderTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a: 1", new[] { "a: 1" })]
    [InlineData("---\na: 1\n", new[] { "---\na: 1\n" })]
    [InlineData("a: 1\n---\nb: 2\n---\n", new[] { "a: 1\n", "---\nb: 2\n", "---\n" })]
    [InlineData("a: 1\r\n---\r\nb: 2\r\n", new[] { "a: 1\r\n", "---\r\nb: 2\r\n" })]
    [InlineData("a: 1\n--- # c\nb: 2\n---\tx\n---", new[] { "a: 1\n", "--- # c\nb: 2\n", "---\tx\n", "---" })]
    [InlineData("a: |\n  ---\n  x\n ---\n----\n---x\n", new[] { "a: |\n  ---\n  x\n ---\n----\n---x\n" })]
    [InlineData("a: 1\n...\nb: 2\n... # end\n---\nc: 3\n", new[] { "a: 1\n...\n", "b: 2\n... # end\n", "---\nc: 3\n" })]
    [InlineData("a: 1\n...", new[] { "a: 1\n..." })]
    [InlineData("%YAML 1.1\n---\na: 1\n---\nb: 2\n", new[] { "%YAML 1.1\n---\na: 1\n", "---\nb: 2\n" })]
    [InlineData("a: 1\n...\n# c\n%TAG ! !x\n# d\n---\nb: 2\n", new[] { "a: 1\n...\n", "# c\n%TAG ! !x\n# d\n---\nb: 2\n" })]
    [InlineData("\uFEFF---\na: 1\n---\nb: 2\n", new[] { "\uFEFF---\na: 1\n", "---\nb: 2\n" })]
    [InlineData("\uFEFF%YAML 1.1\n---\na: 1\n", new[] { "\uFEFF%YAML 1.1\n---\na: 1\n" })]
    [InlineData("# head\n---\na: 1\n", new[] { "# head\n", "---\na: 1\n" })]
    public void A_stream_is_cut_at_its_markers(string stream, string[] documents)
    {
        Assert.Equal(documents, Split(stream));
        // A piece is a document to the reader, too.
        Assert.All(documents, document => Record(() => YamlReader.Read(document)));
    }

    [Fact]
    public void The_documents_joined_are_the_stream_and_every_cut_is_a_marker() => Prop.ForAll(
        Gen.Elements("---\n", "---", "--- ", "...", "...\n", "... # c\n", "\r\n", "\n", "-----\n", "....\n", "a: 1\n", "|\n  ---\n", "%YAML 1.2\n", "# c\n", " ", "\uFEFF", "é").ListOf().Select(parts => string.Concat(parts)).ToArbitrary(),
        stream =>
        {
            var pieces = Split(stream);
            Assert.Equal(stream, string.Concat(pieces));
            Assert.All(pieces, Assert.NotEmpty);
            for (var i = 1; i < pieces.Length; i++) Assert.True(StartMarker().IsMatch(pieces[i]) || EndMarker().IsMatch(pieces[i - 1]), $"«{pieces[i - 1]}» «{pieces[i]}»");
            // Two start markers in one piece: only behind directives, which belong to the second.
            foreach (var piece in pieces.Where(piece => AnyStartMarker().Count(piece) > 1)) Assert.Contains("%", piece, StringComparison.Ordinal);
        }).Holds(3000);

    [Fact]
    public void Documents_of_every_style_are_found_again_in_a_stream() => Prop.ForAll(
        (from node in MessyYaml.Node from seed in Gen.Choose(0, 1 << 30) select (node, seed)).ArrayOf(3).ToArbitrary(),
        documents =>
        {
            var stream = string.Concat(documents.Select(document => MessyYaml.Write(document.node, document.seed)).Select(text => text.StartsWith("---", StringComparison.Ordinal) ? text : "---\n" + text));
            var roots = IstioData.Documents(Encoding.UTF8.GetBytes(stream)).Where(document => !YamlDocumentReader.IsEmpty(document.Utf8)).Select(document => YamlReader.Read(document.Utf8, firstLine: document.Line)!).ToList();
            Assert.Equal(documents.Length, roots.Count);
            Assert.All(roots.Zip(documents), pair => Assert.True(YamlEquality.Instance.Equals(pair.First, pair.Second.node)));
        }).Holds(300);

    [Fact]
    public void Starts_and_lines_are_those_of_the_stream()
    {
        var stream = "# head\n---\na: é\n...\n---\nb: 2\n"u8;
        var places = new List<(int, int)>();
        for (var reader = new YamlDocumentReader(stream); reader.Read();) places.Add((reader.Start, reader.Line));
        Assert.Equal([(0, 1), (7, 2), (21, 5)], places);
    }

    [IstioDataFact]
    public void Real_streams_are_cut_into_what_they_hold()
    {
        // The number of documents with content: those with a kind, but for the one that has two of them.
        Dictionary<string, int> traps = new(StringComparer.Ordinal)
        {
            ["bom.helm-ztunnel-1.30.3.yaml"] = 2, ["comment-only-document-last.helm4-default-1.30.3.yaml"] = 2, ["crlf.helm-default-1.30.3.yaml"] = 2, ["document-end-markers.kiali-1.30.3.yaml"] = 6,
            ["duplicate-keys.two-revision-tags-1.11.8.yaml"] = 1, ["indented-dashes.jwt-server-1.30.3.yaml"] = 3, ["kind-list.analyze-list-type-1.30.3.yaml"] = 2,
            ["kind-list.deploymentconfig-multi.injected-1.30.3.yaml"] = 1, ["separator-trailing-spaces.envoy-filter-1.30.3.yaml"] = 3,
        };
        foreach (var file in IstioData.YamlFiles)
        {
            var stream = IstioData.Read(file);
            var documents = IstioData.Documents(stream).ToList();
            Assert.True(stream.AsSpan().SequenceEqual(documents.SelectMany(document => document.Utf8).ToArray()), file);
            var text = stream.AsSpan();
            foreach (var (utf8, line) in documents)
            {
                Assert.True(text.Length == stream.Length || utf8.AsSpan().StartsWith("---"u8) || stream.AsSpan(0, stream.Length - text.Length).TrimEnd(" \r\n"u8).EndsWith("..."u8), $"{file}:{line}");
                text = text[utf8.Length..];
            }
            if (file.StartsWith("traps/", StringComparison.Ordinal)) Assert.Equal(traps[Path.GetFileName(file)], documents.Count(document => !YamlDocumentReader.IsEmpty(document.Utf8)));
        }
    }

    private static string[] Split(string stream) => [.. IstioData.Documents(Encoding.UTF8.GetBytes(stream)).Select(document => Encoding.UTF8.GetString(document.Utf8))];

    private static void Record(Action read)
    {
        try
        {
            read();
        }
        catch (YamlSyntaxException e)
        {
            Assert.DoesNotContain("more than one document", e.Message, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"\A---(?=[ \t\r\n]|\z)", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex StartMarker();

    [GeneratedRegex(@"^---(?=[ \t\r\n]|\z)", RegexOptions.CultureInvariant | RegexOptions.Multiline, 10_000)]
    private static partial Regex AnyStartMarker();

    [GeneratedRegex(@"(\A|\n)\.\.\.([ \t\r][^\n]*)?\n\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex EndMarker();
}
