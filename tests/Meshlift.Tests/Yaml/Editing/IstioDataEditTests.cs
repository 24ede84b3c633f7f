using System.Text;
using Meshlift.Yaml;
using Meshlift.Yaml.Editing;

namespace Meshlift.Tests.Yaml.Editing;

/// <summary>The edits held against real files: every file, documents and places picked by a seed that is the file's name.</summary>
public sealed class IstioDataEditTests
{
    [IstioDataFact]
    public void Every_real_file_can_be_edited_without_touching_another_byte() => Parallel.ForEach(IstioData.YamlFiles, file => EditSome(file, "as it is", 3, text => text));

    [IstioDataFact]
    public void Every_real_file_with_windows_line_breaks_keeps_them() => Parallel.ForEach(
        IstioData.YamlFiles,
        file => EditSome(file, "crlf", 1, text => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal)));

    [IstioDataFact]
    public void Every_real_file_with_a_byte_order_mark_keeps_it() => Parallel.ForEach(IstioData.YamlFiles, file => EditSome(file, "bom", 1, text => "\uFEFF" + text.TrimStart('\uFEFF')));

    private static void EditSome(string file, string variant, int count, Func<string, string> change)
    {
        // The name decides, so that a failure can be run again.
        var random = new Random(Seed(file + variant));
        var stream = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(IstioData.Read(file))));
        YamlFile read;
        try
        {
            read = YamlFile.Read(stream);
        }
        catch (YamlSyntaxException)
        {
            // Broken on purpose, or a template; the reader's tests name them.
            return;
        }
        var roots = read.Documents.ToList();
        Assert.Equal(stream, read.ToBytes());
        var full = Enumerable.Range(0, roots.Count).Where(i => roots[i] is YamlMapping or YamlSequence).ToArray();
        if (full.Length == 0) return;
        var documents = IstioData.Documents(stream).Select(document => Encoding.UTF8.GetString(document.Utf8)).ToList();
        random.Shuffle(full);
        foreach (var i in full.Take(count))
        {
            for (var edit = 0; edit < 2; edit++)
            {
                if (EditProperties.Random(roots[i]!, random) is not { } at) continue;
                try
                {
                    var edited = EditProperties.Check(documents[i], roots[i]!, at);
                    if (edit > 0) continue;
                    var whole = string.Concat(documents.Select((document, n) => n == i ? edited : document));
                    Assert.Equal(Encoding.UTF8.GetBytes(whole), read.Edit(i, at).ToBytes());
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"{file}, document {i}, {at.GetType().Name} {at.Path}: {e.Message}", e);
                }
            }
        }
    }

    private static int Seed(string name) => name.Aggregate(17, (seed, c) => unchecked(seed * 31 + c));
}
