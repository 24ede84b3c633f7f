namespace Meshlift.Core.Patching;

/// <summary>What a patch of generated files may do.</summary>
public static class PatchRules
{
    private const string SymbolicLink = "120000";
    private const string Submodule = "160000";

    /// <summary>Refuses a patch that reaches out of its folder, makes links, is binary or changes nothing.</summary>
    /// <param name="name">The patch's name, for messages.</param>
    /// <param name="diff">The patch.</param>
    /// <exception cref="UserException">The patch breaks a rule; all places are named.</exception>
    public static void Check(string name, UnifiedDiff diff)
    {
        if (diff.Files.IsEmpty)
            throw new UserException(ErrorKind.Input, $"{name} holds no change", "remove the file, or write the patch with 'git diff'");
        string[] broken = [.. diff.Files.SelectMany(file => Broken(file).Select(what => $"{name}:{file.PatchLine}: {what}"))];
        if (broken.Length > 0)
            throw new UserException(ErrorKind.Input, string.Join('\n', broken), "a patch may change, add, rename and delete regular text files of the generated folder, nothing else");
    }

    private static IEnumerable<string> Broken(FileDiff file)
    {
        if (file.Binary)
        {
            yield return "this change is binary";
            yield break;
        }
        foreach (var path in new[] { file.OldPath, file.NewPath }.OfType<string>().Distinct(StringComparer.Ordinal))
            if (Forbidden(path) is { } why) yield return $"'{path}' {why}";
        if (file.OldMode == SymbolicLink || file.NewMode == SymbolicLink) yield return $"'{file.Path}' is a symbolic link";
        if (file.OldMode == Submodule || file.NewMode == Submodule) yield return $"'{file.Path}' is a submodule";
    }

    private static string? Forbidden(string path)
    {
        if (path.StartsWith('/') || (path.Length > 1 && path[1] == ':')) return "is an absolute path";
        if (path.AsSpan().ContainsAny('\\', '\0', '\n')) return "has a character that no generated path has";
        var parts = path.Split('/');
        if (parts.Contains("..", StringComparer.Ordinal)) return "leaves the folder";
        if (parts.Contains(".git", StringComparer.OrdinalIgnoreCase)) return "reaches into Git's own files";
        return parts.Contains("", StringComparer.Ordinal) || parts.Contains(".", StringComparer.Ordinal) ? "is not a plain path" : null;
    }
}
