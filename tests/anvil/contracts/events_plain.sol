// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/// A token as some were written before EIP-20 was final: its Transfer indexes nothing.
contract PlainToken {
    event Transfer(address from, address to, uint256 value);

    mapping(address => uint256) public balanceOf;

    constructor(uint256 supply) {
        balanceOf[msg.sender] = supply;
        emit Transfer(address(0), msg.sender, supply);
    }

    function transfer(address to, uint256 value) external {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}
