namespace Meshlift.Core.Forges;

/// <summary>Titles of drafts on the forges that know a draft by its title.</summary>
internal static class DraftTitle
{
    private static readonly string[] Marks = ["Draft: ", "WIP: "];

    /// <summary>The title, and whether it was marked.</summary>
    public static (string Title, bool IsDraft) Read(string title) =>
        Marks.FirstOrDefault(mark => title.StartsWith(mark, StringComparison.OrdinalIgnoreCase)) is { } found ? (title[found.Length..], true) : (title, false);
}
