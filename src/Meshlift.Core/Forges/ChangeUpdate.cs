using System.Collections.Immutable;

namespace Meshlift.Core.Forges;

/// <summary>What is to be changed of a pull request so that it says what it should.</summary>
/// <param name="Title">The title; null where it is right.</param>
/// <param name="Body">The text; null where it is right.</param>
/// <param name="Base">The branch that it is for; null where it is right.</param>
/// <param name="Labels">Labels that it lacks.</param>
public sealed record ChangeUpdate(string? Title, string? Body, string? Base, ImmutableArray<string> Labels)
{
    /// <summary>Nothing differs.</summary>
    public bool IsEmpty => Title is null && Body is null && Base is null && Labels.IsEmpty;

    /// <summary>Compares what is there with what is wanted. Line breaks and blanks at the end, which forges change, are no difference.</summary>
    public static ChangeUpdate Between(PullRequest there, ChangeRequest wanted) => new(
        there.Title.Trim() == wanted.Title.Trim() ? null : wanted.Title.Trim(),
        Plain(there.Body) == Plain(wanted.Body) ? null : wanted.Body,
        there.Base == wanted.Base.Value ? null : wanted.Base.Value,
        [.. wanted.Labels.Except(there.Labels, StringComparer.OrdinalIgnoreCase)]);

    /// <summary>The text without what forges change of it.</summary>
    internal static string Plain(string text) => text.ReplaceLineEndings("\n").TrimEnd();
}
