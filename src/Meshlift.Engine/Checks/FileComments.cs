using Meshlift.Adapters.Documents;
using Meshlift.Core;
using Meshlift.Core.Checks;
using Meshlift.Yaml;

namespace Meshlift.Engine.Checks;

/// <summary>The comments in files that silence findings of programs beside Meshlift. A file is read when something was found in it.</summary>
internal sealed class FileComments
{
    private readonly Dictionary<string, List<(int First, Suppressions Comments)>> _files = new(StringComparer.Ordinal);

    /// <summary>Whether a comment in the document that a finding is about silences it.</summary>
    public bool Silence(CheckedFile file, CheckFinding finding)
    {
        if (!_files.TryGetValue(file.Path, out var documents)) _files[file.Path] = documents = [.. Read(file)];
        return documents.FindLast(document => document.First <= finding.Line).Comments?.Silences(finding) == true;
    }

    private static List<(int First, Suppressions Comments)> Read(CheckedFile file)
    {
        var read = new List<(int, Suppressions)>();
        try
        {
            foreach (var document in DocumentStream.Read(file.Path)) read.Add((document.Line, Suppressions.Of(document.Utf8, document.Line, Root(document))));
        }
        catch (UserException)
        {
            // Whoever checked the file met the same, and said so.
        }
        return read;
    }

    private static YamlNode? Root(StreamedDocument document)
    {
        try
        {
            return YamlReader.Read(document.Utf8, firstLine: document.Line);
        }
        catch (YamlSyntaxException)
        {
            return null;
        }
    }
}
