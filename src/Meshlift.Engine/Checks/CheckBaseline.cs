using System.Security.Cryptography;
using System.Text;
using Meshlift.Adapters.Files;
using Meshlift.Core;
using Meshlift.Core.Checks;

namespace Meshlift.Engine.Checks;

/// <summary>Findings of an existing repository that are known and not told again; new ones are.</summary>
/// <remarks>
/// A text file, one finding a line: code, a digest of what is found, and for people the file and the field. Lines may be removed by hand. The digest is over
/// code, file, resource, field and message, not over the line of the file, so that edits above a finding change nothing. Each line counts for one finding.
/// </remarks>
public sealed class CheckBaseline
{
    private const int Largest = 64 << 20;
    private readonly Dictionary<string, int> _left;

    private CheckBaseline(Dictionary<string, int> left) => _left = left;

    /// <summary>Reads a baseline.</summary>
    /// <exception cref="UserException">There is none, or a line of it is no finding.</exception>
    public static CheckBaseline Read(string file)
    {
        if (!File.Exists(file)) throw new UserException(ErrorKind.Input, $"there is no {file}", "write it first, with --write-baseline");
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        var lines = Encoding.UTF8.GetString(BoundedFile.Read(file, Largest)).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.Split(' ') is not [{ Length: > 0 }, { Length: 32 } digest, ..])
                throw new UserException(ErrorKind.Input, $"{file}:{i + 1}: this is no finding of a baseline", "write the file again, with --write-baseline");
            left[digest] = left.GetValueOrDefault(digest) + 1;
        }
        return new CheckBaseline(left);
    }

    /// <summary>Writes the findings of a run as a baseline.</summary>
    /// <exception cref="UserException">The file system refused.</exception>
    public static void Write(string file, IEnumerable<CheckFinding> findings)
    {
        var text = new StringBuilder("# Findings that were there when this file was written. Remove a line to be told again.\n");
        foreach (var finding in findings) text.Append(finding.Rule.Code).Append(' ').Append(Digest(finding)).Append(' ').Append(OneLine($"{finding.File} {finding.Subject} {finding.Path}")).Append('\n');
        BoundedFile.Write(Path.GetFullPath(file), Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>True, once for each line of the file, when the baseline holds the finding.</summary>
    internal bool Takes(CheckFinding finding)
    {
        var digest = Digest(finding);
        if (_left.GetValueOrDefault(digest) is not (> 0 and var left)) return false;
        _left[digest] = left - 1;
        return true;
    }

    private static string Digest(CheckFinding finding) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{finding.Rule.Code}\n{finding.File}\n{finding.Subject}\n{finding.Path}\n{finding.Message}")))[..32];

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).TrimEnd();
}
