using Meshlift.Core.Findings;

namespace Meshlift.CommandLine.Demo;

/// <summary>Draws a folder as a tree, with counts where it gets too deep to read.</summary>
internal static class FolderTree
{
    /// <summary>Draws the folders down to a depth; what is below is counted.</summary>
    public static void Write(TextWriter output, string folder, int depth)
    {
        output.WriteLine(Path.GetFileName(folder) + "/");
        Write(output, new DirectoryInfo(folder), "", depth);
    }

    private static void Write(TextWriter output, DirectoryInfo folder, string indent, int depth)
    {
        var entries = folder.EnumerateFileSystemInfos().OrderBy(entry => entry is FileInfo).ThenBy(entry => entry.Name, StringComparer.Ordinal).ToList();
        for (var i = 0; i < entries.Count; i++)
        {
            var isLast = i == entries.Count - 1;
            var (branch, next) = isLast ? ("└── ", "    ") : ("├── ", "│   ");
            if (entries[i] is DirectoryInfo child)
            {
                var files = child.EnumerateFiles("*", SearchOption.AllDirectories).Count();
                output.WriteLine(depth > 1 ? $"{indent}{branch}{child.Name}/" : $"{indent}{branch}{child.Name}/  {Counted.Of(files, "file")}");
                if (depth > 1) Write(output, child, indent + next, depth - 1);
            }
            else
            {
                output.WriteLine($"{indent}{branch}{entries[i].Name}");
            }
        }
    }
}
