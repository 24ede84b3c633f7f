namespace Meshlift.Core.Schemas;

/// <summary>The schema of one version of one kind.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version in the group, such as <c>v1</c>.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Root">What an object of it must be.</param>
/// <param name="IsBuiltIn">True for a type of Kubernetes itself, false for one of a CRD.</param>
/// <param name="IsServed">False for a version that the CRD declares and the API server no longer answers for.</param>
/// <param name="Source">Where the schema was read, for messages.</param>
/// <param name="Digest">The same for two readings of the same schema, wherever they were read.</param>
public sealed record TypeSchema(string Group, string Version, string Kind, SchemaNode Root, bool IsBuiltIn, bool IsServed, string Source, string Digest)
{
    /// <summary>The value of <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
