namespace Meshlift.Core.Rendering;

/// <summary>The steps from a version to files, in their order. Each one's result can be looked at.</summary>
public enum RenderStep
{
    /// <summary>A range becomes a version and a revision.</summary>
    Resolve,
    /// <summary>The renderer gives a stream.</summary>
    Render,
    /// <summary>The stream becomes resources, none of them twice.</summary>
    Split,
    /// <summary>Each resource gets its class.</summary>
    Classify,
    /// <summary>Unwanted resources and fields are left out.</summary>
    Clean,
    /// <summary>The changes of <c>spec.mutate</c> are made.</summary>
    Mutate,
    /// <summary>The patches are applied.</summary>
    Patch,
    /// <summary>The objects of revision tags are added.</summary>
    Tags,
    /// <summary>The files are written.</summary>
    Write,
}
