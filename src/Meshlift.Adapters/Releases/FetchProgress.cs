namespace Meshlift.Adapters.Releases;

/// <summary>What a fetch is doing.</summary>
public enum FetchStage
{
    /// <summary>Another process fetches the same; its result will be used.</summary>
    Waiting,
    /// <summary>Bytes are coming in.</summary>
    Downloading,
    /// <summary>The verified archive is being unpacked.</summary>
    Unpacking,
}

/// <summary>How far a fetch is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="File">The archive.</param>
/// <param name="Bytes">The bytes that are there, those of an earlier attempt included; 0 unless downloading.</param>
/// <param name="Total">The bytes that there will be; null when the server does not say, or when not downloading.</param>
public sealed record FetchProgress(FetchStage Stage, string File, long Bytes = 0, long? Total = null);
