using System.Collections.Immutable;
using Meshlift.Core.Configuration;

namespace Meshlift.Core.Enrolment;

/// <summary>Who is asked about a namespace.</summary>
/// <param name="owners">How owners are found.</param>
/// <param name="repositories">The repositories, for their <c>CODEOWNERS</c> files.</param>
internal sealed class NamespaceOwners(Owners owners, ImmutableArray<EnrolledRepository> repositories)
{
    private readonly ImmutableArray<CodeOwnersFile> _files = [.. repositories.Select(repository => owners is Owners.CodeOwners ? FileOf(repository.Content) : CodeOwnersFile.None)];

    /// <summary>Lines of <c>CODEOWNERS</c> files that the forge passes over.</summary>
    public ImmutableArray<string> Problems => [.. _files.SelectMany((file, i) => file.Problems.Select(problem => $"{repositories[i].Content.Name}: {problem}"))];

    /// <summary>The owners, in order; empty when there are none.</summary>
    /// <param name="repository">The index of the repository.</param>
    /// <param name="name">The namespace.</param>
    /// <param name="files">The files that are to be changed.</param>
    public ImmutableArray<string> Of(int repository, string name, IEnumerable<string> files) => owners switch
    {
        Owners.CodeOwners => [.. files.SelectMany(file => _files[repository].OwnersOf(file)).Distinct(StringComparer.Ordinal)],
        Owners.Map map => map.Rules.FirstOrDefault(rule => rule.Namespaces.Matches(name))?.Names ?? [],
        Owners.Annotation annotation =>
        [
            .. repositories.SelectMany(one => one.Definitions).Where(definition => definition.Name == name).Select(definition => definition.Annotations[annotation.Key]).OfType<string>()
                .SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Distinct(StringComparer.Ordinal),
        ],
        _ => [],
    };

    private static CodeOwnersFile FileOf(RepositoryContent content)
    {
        var dialect = CodeOwnersFile.DialectOf(content.Forge);
        foreach (var path in CodeOwnersFile.PathsOf(dialect))
            if (content.Files.TryGetValue(path, out var bytes))
                return CodeOwnersFile.Read(bytes.Span, path, dialect);
        return CodeOwnersFile.None;
    }
}
