using System.Diagnostics;
using FsCheck.Fluent;
using Meshlift.Yaml;

namespace Meshlift.Tests.Yaml;

/// <summary>Whatever comes in, the answer is a value or a <see cref="YamlSyntaxException"/>, and it comes soon.</summary>
public sealed class YamlReaderFuzzTests
{
    internal static readonly string[] Pieces =
    [
        "a", "b: ", "key:", "- ", "-", "? ", ": ", "[", "]", "{", "}", ",", "'", "\"", "|", ">", "|-\n", ">+2\n", "&x ", "*x", "!!int ", "!t ", "!<", "%YAML 1.1\n", "%TAG ! x\n", "---\n", "...\n", "# c\n", "\n", "\n  ", "\n    ", "\r\n", "\r", "\t", " ", "<<: ",
        "\\", "\\x4", "\\U0011FFFF", "\uFEFF", "\0", "\u0085", "\u2028", "😀", "1e999", "0x", "~", "@", "`", "=", "\n- ", "\n  - ", "\n    \n", "|\n   \n  x\n",
    ];

    [Fact]
    public void Pieces_of_yaml_in_any_order_never_break_the_reader() =>
        Prop.ForAll(Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces)).ToArbitrary(), text => ReadSafely(text)).Holds(10_000, 40);

    [Fact]
    public void Any_text_never_breaks_the_reader() => Prop.ForAll<string?>(text => ReadSafely(text ?? "")).Holds(2000);

    [Fact]
    public void Any_bytes_never_break_the_reader() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            YamlReader.Read(bytes);
        }
        catch (YamlSyntaxException)
        {
            // As it should.
        }
    }).Holds(2000);

    [IstioDataFact]
    public void Damaged_real_files_never_break_the_reader() => Parallel.ForEach(IstioData.YamlFiles.Where((_, i) => i % 4 == 0), file =>
    {
        var random = new Random(file.Length);
        var documents = IstioData.Documents(IstioData.Read(file)).Select(document => System.Text.Encoding.UTF8.GetString(document.Utf8)).Where(text => text.Length is > 0 and < 20_000).ToList();
        if (documents.Count == 0) return;
        for (var i = 0; i < 20; i++)
        {
            var text = documents[random.Next(documents.Count)];
            for (var damage = 0; damage < 3; damage++)
            {
                var at = random.Next(text.Length);
                text = random.Next(3) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(20), text.Length - at)),
                    1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                    _ => text.Insert(at, text.Substring(random.Next(text.Length / 2), random.Next(text.Length / 2))),
                };
                if (text.Length == 0) return;
            }
            ReadSafely(text);
        }
    });

    [Theory]
    [InlineData("[", 200_000)]
    [InlineData("{", 200_000)]
    [InlineData("- ", 100_000)]
    [InlineData("? ", 100_000)]
    [InlineData("a: ", 100_000)]
    [InlineData("'", 200_001)]
    [InlineData("\"", 200_001)]
    [InlineData("a:\n", 100_000)]
    [InlineData("&a ", 100_000)]
    [InlineData("!a ", 100_000)]
    [InlineData("*a ", 100_000)]
    [InlineData("a: |\n  \n x\n", 5_000)]
    [InlineData("#", 500_000)]
    [InlineData(" ", 500_000)]
    [InlineData("\t", 200_000)]
    [InlineData("\n", 500_000)]
    [InlineData("a ", 200_000)]
    [InlineData("a\n ", 200_000)]
    [InlineData("[a, ", 60_000)]
    [InlineData("{a: ", 60_000)]
    [InlineData("%a\n", 100_000)]
    [InlineData("1", 200_000)]
    [InlineData("a: 0x1", 50_000)]
    public void Large_monotonous_texts_are_answered_soon(string piece, int count)
    {
        var clock = Stopwatch.StartNew();
        ReadSafely(string.Concat(Enumerable.Repeat(piece, count)));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private static void ReadSafely(string text)
    {
        try
        {
            YamlReader.Read(text);
        }
        catch (YamlSyntaxException e)
        {
            Assert.NotEmpty(e.Message);
            Assert.InRange(e.Position.Offset, 0, text.Length);
            Assert.InRange(e.Position.Line, 1, text.Length + 1);
            Assert.InRange(e.Position.Column, 1, text.Length + 1);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"«{(text.Length < 2000 ? text : text[..2000])}»", e);
        }
    }
}
