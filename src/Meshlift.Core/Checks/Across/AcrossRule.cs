using Meshlift.Yaml;

namespace Meshlift.Core.Checks.Across;

/// <summary>A rule about what several files say together. It judges when all are read. Pure.</summary>
public abstract class AcrossRule
{
    /// <summary>What it is.</summary>
    public abstract RuleInfo Info { get; }

    /// <summary>What it says, in the order of the files.</summary>
    public abstract IEnumerable<AcrossHit> Judge(RepositoryNotes notes);
}

/// <summary>What a rule across files says about one place.</summary>
/// <param name="File">The file.</param>
/// <param name="Subject">The resource; empty for a document that is none.</param>
/// <param name="At">The place.</param>
/// <param name="Path">The field; empty for the document as a whole.</param>
/// <param name="Message">What is wrong, without place and path.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="IsSilenced">True when a comment in the document silences it.</param>
/// <param name="IsUnknown">True when the rule could not be evaluated: <paramref name="Message"/> says why, and nothing has passed.</param>
public readonly record struct AcrossHit(FileScope File, string Subject, SourcePosition At, string Path, string Message, string Remedy, bool IsSilenced, bool IsUnknown)
{
    /// <summary>A finding at a note's place.</summary>
    internal static AcrossHit Of(RuleInfo rule, Noted noted, SourcePosition at, string path, string message, string remedy) =>
        new(noted.File, noted.Note.Subject?.ToString() ?? "", at, path, message, remedy, noted.Note.Silenced.Contains((rule.Code, at.Line)), IsUnknown: false);

    /// <summary>A finding at a resource's place.</summary>
    internal static AcrossHit Of(RuleInfo rule, FileScope file, IndexedResource resource, string path, string message, string remedy) => new(
        file, resource.Identity.ToString(), new SourcePosition(0, resource.Line, resource.Column), path, message, remedy,
        !resource.Silenced.IsDefault && resource.Silenced.Contains((rule.Code, resource.Line)), IsUnknown: false);

    /// <summary>A rule that could not be evaluated for a note.</summary>
    internal static AcrossHit Unknown(Noted noted, string reason) => new(noted.File, "", noted.Note.At, "", reason, "", IsSilenced: false, IsUnknown: true);
}
