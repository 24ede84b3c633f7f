using System.Collections.Immutable;
using System.Text.Json;

namespace Meshlift.Core.Forges;

/// <summary>A comment of a pull request.</summary>
/// <param name="Id">The forge's number of it.</param>
/// <param name="Body">Its text.</param>
public sealed record ForgeComment(long Id, string Body)
{
    /// <summary>Reads a list of comments, which all forges write with <c>id</c> and <c>body</c>.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ImmutableArray<ForgeComment> ReadList(JsonElement list) => AnswerFields.Items(list, comment => new ForgeComment(comment.Number("id"), comment.TextOrNull("body") ?? ""));
}

/// <summary>A repository as a forge has it.</summary>
/// <param name="Name">Its full name, also when it was asked for by an older one.</param>
/// <param name="DefaultBranch">The branch that changes are for.</param>
public sealed record ForgeRepository(string Name, string DefaultBranch)
{
    /// <summary>Reads it.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static ForgeRepository Read(JsonElement answer) =>
        new(answer.TextOrNull("full_name") ?? answer.Text("path_with_namespace"), answer.TextOrNull("default_branch") ?? "main");
}
